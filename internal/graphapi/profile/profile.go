// SPDX-License-Identifier: Apache-2.0

package profile

import (
	"time"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/graphapi/daily"
	"securescore/internal/odata"
	"securescore/internal/posture"
)

// The vendor of every profile and score: what the real service says, and what
// clients send back with a change.
const (
	Provider = "SecureScore"
	Vendor   = "Microsoft"
)

// Profile is one improvement action. It is an odata.Row, and is not changed
// once made.
type Profile struct {
	ID posture.ControlID
	// Tag names what this profile says; State the part of it that people decide.
	Tag, State string

	tenant  string
	control *catalog.Control
	rank    int
	threats []string
	steps   string // as HTML, which a filter may look at many times
	impact  string // likewise
	updates []update
	json    []byte
	starts  []int // of each property in json, and behind the last
}

// update is one entry of controlStateUpdates; empty texts are null, and so is a
// zero time.
type update struct {
	assignedTo, comment, state, by string
	at                             time.Time
}

// newProfile makes the profile of a control.
func newProfile(tenant string, c *catalog.Control, rank int, history []assess.StateUpdate, literal bool) *Profile {
	p := &Profile{ID: c.ID, tenant: tenant, control: c, rank: rank, threats: make([]string, len(c.Threats)), steps: remediation(c.Steps), impact: paragraph(c.UserImpactText), updates: updatesOf(history, literal)}
	for i, threat := range c.Threats {
		p.threats[i] = threatOf(threat)
	}
	p.State = stateTag(p.updates)
	p.write()
	p.Tag = digest(p.json)
	return p
}

// updatesOf are what Graph tells of the history. An action that nobody has
// touched has one entry of nulls.
func updatesOf(history []assess.StateUpdate, literal bool) []update {
	if len(history) == 0 {
		return []update{{state: daily.StateName(posture.ToAddress, literal)}}
	}
	updates := make([]update, len(history))
	for i := range history {
		h := &history[i]
		updates[i] = update{assignedTo: h.Owner, comment: h.Comment, state: daily.StateName(h.Status, literal), by: h.By, at: h.At}
	}
	return updates
}

// Value implements odata.Row.
func (p *Profile) Value(name string) odata.Value {
	c := p.control
	switch name {
	case "id":
		return odata.Text(string(p.ID))
	case "azureTenantId":
		return odata.Text(p.tenant)
	case "actionType":
		return odata.Text("Config")
	case "actionUrl":
		return text(actionURL(c))
	case "controlCategory":
		return odata.Text(string(c.Category))
	case "title":
		return odata.Text(c.Title)
	case "deprecated":
		return odata.Bool(false)
	case "implementationCost":
		return odata.Text(levelOf(c.Difficulty))
	case "maxScore":
		return odata.Float(float64(c.Max) / float64(posture.Point))
	case "rank":
		return odata.Int(int64(p.rank))
	case "remediation":
		return odata.Text(p.steps)
	case "remediationImpact":
		return odata.Text(p.impact)
	case "service":
		return odata.Text(serviceOf(c.Product))
	case "threats":
		return odata.Many(texts(p.threats))
	case "tier":
		return odata.Text(tierOf(c.Tier))
	case "userImpact":
		return odata.Text(levelOf(c.UserImpact))
	case "vendorInformation":
		return VendorValue()
	case "controlStateUpdates":
		return odata.Many(updates(p.updates))
	}
	return odata.Null()
}

// text is a String that is null when there is nothing to say.
func text(s string) odata.Value {
	if s == "" {
		return odata.Null()
	}
	return odata.Text(s)
}

type texts []string

func (t texts) Len() int             { return len(t) }
func (t texts) At(i int) odata.Value { return odata.Text(t[i]) }

type updates []update

func (u updates) Len() int             { return len(u) }
func (u updates) At(i int) odata.Value { return odata.Object(&u[i]) }

// Value implements odata.Row.
func (u *update) Value(name string) odata.Value {
	switch name {
	case "assignedTo":
		return text(u.assignedTo)
	case "comment":
		return text(u.comment)
	case "state":
		return odata.Text(u.state)
	case "updatedBy":
		return text(u.by)
	case "updatedDateTime":
		if !u.at.IsZero() {
			return odata.Time(u.at)
		}
	}
	return odata.Null()
}

// VendorValue is vendorInformation, which is the same everywhere.
func VendorValue() odata.Value { return odata.Object(vendor{}) }

type vendor struct{}

// Value implements odata.Row.
func (vendor) Value(name string) odata.Value {
	switch name {
	case "provider":
		return odata.Text(Provider)
	case "vendor":
		return odata.Text(Vendor)
	}
	return odata.Null()
}
