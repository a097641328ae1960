// SPDX-License-Identifier: Apache-2.0

package odata_test

import (
	"time"

	"securescore/internal/odata"
)

// profiles and scores are the shapes that clients of the real API filter.
func profiles() *odata.Schema {
	return &odata.Schema{Name: "secureScoreControlProfile", Properties: []odata.Property{
		{Name: "id", Type: odata.String},
		{Name: "title", Type: odata.String},
		{Name: "service", Type: odata.String},
		{Name: "controlCategory", Type: odata.String},
		{Name: "userImpact", Type: odata.String},
		{Name: "deprecated", Type: odata.Boolean},
		{Name: "rank", Type: odata.Int32},
		{Name: "maxScore", Type: odata.Double},
		{Name: "lastModifiedDateTime", Type: odata.DateTimeOffset},
		{Name: "threats", Type: odata.String, Collection: true},
		{Name: "vendorInformation", Type: odata.Complex, Of: vendor()},
	}}
}

func vendor() *odata.Schema {
	return &odata.Schema{Name: "securityVendorInformation", Properties: []odata.Property{
		{Name: "provider", Type: odata.String},
		{Name: "vendor", Type: odata.String},
	}}
}

func scores() *odata.Schema {
	part := &odata.Schema{Name: "part", Properties: []odata.Property{{Name: "name", Type: odata.String}}}
	control := &odata.Schema{Name: "controlScore", Properties: []odata.Property{
		{Name: "controlName", Type: odata.String},
		{Name: "score", Type: odata.Double},
		{Name: "state", Type: odata.String},
		{Name: "State", Type: odata.String},
		{Name: "parts", Type: odata.Complex, Collection: true, Of: part},
	}}
	tree := &odata.Schema{Name: "tree"} // that no real schema has
	tree.Properties = []odata.Property{{Name: "tree", Type: odata.Complex, Collection: true, Of: tree}}
	return &odata.Schema{Name: "secureScore", Properties: []odata.Property{
		{Name: "id", Type: odata.String},
		{Name: "createdDateTime", Type: odata.DateTimeOffset},
		{Name: "currentScore", Type: odata.Double},
		{Name: "maxScore", Type: odata.Double},
		{Name: "activeUserCount", Type: odata.Int32},
		{Name: "tree", Type: odata.Complex, Collection: true, Of: tree},
		{Name: "enabledServices", Type: odata.String, Collection: true},
		{Name: "controlScores", Type: odata.Complex, Collection: true, Of: control},
		{Name: "vendorInformation", Type: odata.Complex, Of: vendor()},
	}}
}

// profile is a row as an engine has it: a struct.
type profile struct {
	id, title, category string
	impact              *string
	rank                int64
	max                 float64
	deprecated          bool
	modified            time.Time
	threats             texts
	vendor              provider
}

type texts []string

func (t texts) Len() int             { return len(t) }
func (t texts) At(i int) odata.Value { return odata.Text(t[i]) }

type provider struct{ provider, vendor string }

func (p *provider) Value(name string) odata.Value {
	switch name {
	case "provider":
		return odata.Text(p.provider)
	case "vendor":
		return odata.Text(p.vendor)
	}
	return odata.Null()
}

func (p *profile) Value(name string) odata.Value {
	switch name {
	case "id":
		return odata.Text(p.id)
	case "title":
		return odata.Text(p.title)
	case "controlCategory":
		return odata.Text(p.category)
	case "userImpact":
		if p.impact != nil {
			return odata.Text(*p.impact)
		}
	case "rank":
		return odata.Int(p.rank)
	case "maxScore":
		return odata.Float(p.max)
	case "deprecated":
		return odata.Bool(p.deprecated)
	case "lastModifiedDateTime":
		if !p.modified.IsZero() {
			return odata.Time(p.modified)
		}
	case "threats":
		return odata.Many(p.threats)
	case "vendorInformation":
		return odata.Object(&p.vendor)
	}
	return odata.Null()
}
