// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"strconv"

	"securescore/internal/odata"
	"securescore/internal/posture"
)

// Schema describes a secureScore to queries. Members of controlScores that only
// some controls have are strings, as they are written.
func Schema() *odata.Schema {
	text := func(names ...string) []odata.Property {
		list := make([]odata.Property, len(names))
		for i, name := range names {
			list[i] = odata.Property{Name: name, Type: odata.String}
		}
		return list
	}
	vendor := &odata.Schema{Name: "securityVendorInformation", Properties: text("provider", "providerVersion", "subProvider", "vendor")}
	average := &odata.Schema{Name: "averageComparativeScore", Properties: []odata.Property{
		{Name: "averageScore", Type: odata.Double}, {Name: "basis", Type: odata.String},
	}}
	control := &odata.Schema{Name: "controlScore", Properties: append(
		text("controlCategory", "controlName", "description", "implementationStatus", "count", "total", "on", "IsApplicable", "IsEnforced", "controlState"),
		odata.Property{Name: "score", Type: odata.Double},
		odata.Property{Name: "scoreInPercentage", Type: odata.Double},
		odata.Property{Name: "lastSynced", Type: odata.DateTimeOffset},
	)}
	return &odata.Schema{Name: "secureScore", Properties: []odata.Property{
		{Name: "id", Type: odata.String},
		{Name: "azureTenantId", Type: odata.String},
		{Name: "activeUserCount", Type: odata.Int32},
		{Name: "createdDateTime", Type: odata.DateTimeOffset},
		{Name: "currentScore", Type: odata.Double},
		{Name: "enabledServices", Type: odata.String, Collection: true},
		{Name: "licensedUserCount", Type: odata.Int32},
		{Name: "maxScore", Type: odata.Double},
		{Name: "vendorInformation", Type: odata.Complex, Of: vendor},
		{Name: "averageComparativeScores", Type: odata.Complex, Collection: true, Of: average},
		{Name: "controlScores", Type: odata.Complex, Collection: true, Of: control},
	}}
}

// Value implements odata.Row of Schema.
func (s *Score) Value(name string) odata.Value {
	switch name {
	case "id":
		return odata.Text(s.ID())
	case "azureTenantId":
		return odata.Text(s.view.azure)
	case "activeUserCount":
		return known(s.ActiveUserCount())
	case "licensedUserCount":
		return known(s.LicensedUserCount())
	case "createdDateTime":
		return odata.Time(s.day.Time())
	case "currentScore":
		return decimal(s.current)
	case "maxScore":
		return decimal(s.max)
	case "enabledServices":
		return odata.Many(serviceList{s})
	case "vendorInformation":
		return odata.Object(vendorRow{})
	case "averageComparativeScores":
		return odata.Many(odata.Values(nil))
	case "controlScores":
		return odata.Many(controlList{s})
	}
	return odata.Null()
}

func known(n int, ok bool) odata.Value {
	if !ok {
		return odata.Null()
	}
	return odata.Int(int64(n))
}

// decimal is the double that reads as the exact decimal that is written.
func decimal(p posture.Points) odata.Value { return odata.Float(float64(p) / float64(posture.Point)) }

// serviceList are the flags of a score.
type serviceList struct{ *Score }

// Len implements odata.List.
func (l serviceList) Len() int {
	if l.facts == nil {
		return 0
	}
	return len(l.facts.services)
}

// At implements odata.List.
func (l serviceList) At(i int) odata.Value { return odata.Text(l.facts.services[i]) }

// vendorRow is the vendor, the same everywhere.
type vendorRow struct{}

// Value implements odata.Row.
func (vendorRow) Value(name string) odata.Value {
	switch name {
	case "provider":
		return odata.Text("SecureScore")
	case "vendor":
		return odata.Text("Microsoft")
	}
	return odata.Null()
}

// controlList are the control scores of a day.
type controlList struct{ *Score }

// Len implements odata.List.
func (l controlList) Len() int { return len(l.controls) }

// At implements odata.List.
func (l controlList) At(i int) odata.Value { return odata.Object(controlRow{l.Score, &l.controls[i]}) }

// controlRow is one control score.
type controlRow struct {
	day *Score
	*control
}

// Value implements odata.Row. What the control's form does not write is null.
func (r controlRow) Value(name string) odata.Value {
	switch name {
	case "controlCategory":
		return textIf(r.category != "", string(r.category))
	case "controlName":
		return odata.Text(r.name)
	case "description":
		return odata.Text(r.description())
	case "implementationStatus":
		return odata.Text(string(r.appendWords(nil, r.standing().Counts)))
	case "score":
		return decimal(r.earned())
	case "scoreInPercentage":
		return odata.Float(r.percent())
	case "lastSynced":
		return odata.Time(r.day.synced.Truncate(wholeSecond))
	case "count":
		return textIf(r.counted(), strconv.Itoa(int(r.pass)))
	case "total":
		return textIf(r.counted(), strconv.Itoa(int(r.pass)+int(r.fail)+int(r.unknown)))
	case "on":
		return textIf(!r.counted(), strconv.FormatBool(r.full()))
	case "IsApplicable":
		return textIf(r.device(), "true")
	case "IsEnforced":
		return textIf(r.device(), strconv.FormatBool(r.full()))
	case "controlState":
		return textIf(decided(r.status), StateName(r.status, r.day.view.literal))
	}
	return odata.Null()
}

func textIf(there bool, text string) odata.Value {
	if !there {
		return odata.Null()
	}
	return odata.Text(text)
}
