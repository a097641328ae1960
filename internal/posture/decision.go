// SPDX-License-Identifier: Apache-2.0

package posture

import "time"

// Status is what a screen shows for an improvement action.
type Status string

// The statuses. Completed is computed and cannot be decided.
const (
	ToAddress           Status = "toAddress"
	Planned             Status = "planned"
	RiskAccepted        Status = "riskAccepted"
	ThirdParty          Status = "thirdParty"
	AlternateMitigation Status = "alternateMitigation"
	Completed           Status = "completed"
)

// Decidable reports whether people may choose s.
func (s Status) Decidable() bool {
	switch s {
	case ToAddress, Planned, RiskAccepted, ThirdParty, AlternateMitigation:
		return true
	case Completed:
		return false
	}
	return false
}

// Resolves reports whether s credits a control in full.
func (s Status) Resolves() bool { return s == ThirdParty || s == AlternateMitigation }

// Decision is what people decided about one control, or about one entity of
// it when Entity is set (an exemption).
type Decision struct {
	Control  ControlID
	Kind     Kind   // of the exempted entity
	Entity   string // source key of the exempted entity; empty for a status
	Status   Status // unused for an exemption
	Reason   string
	Evidence string    // link to what proves it
	Owner    string    // who sees to it; hostile text, may be empty
	By       string    // how who decided is shown; hostile text
	Actor    string    // opaque id of who decided; empty in old decisions
	At       time.Time // UTC
	Expires  time.Time // UTC; zero means that it does not expire
	Pending  bool      // waits for another person's approval and adds nothing
}

// Exemption reports whether the decision takes one entity out.
func (d *Decision) Exemption() bool { return d.Entity != "" }

// InForce reports whether the decision counts at the given time.
func (d *Decision) InForce(at time.Time) bool {
	return !d.Pending && !d.At.After(at) && (d.Expires.IsZero() || at.Before(d.Expires))
}
