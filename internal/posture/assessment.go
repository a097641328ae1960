// SPDX-License-Identifier: Apache-2.0

package posture

// State says whether a control could be assessed.
type State string

// The states. Only an assessed control counts in the score and its maximum.
const (
	Assessed      State = "assessed"
	NotApplicable State = "notApplicable"
	NotAssessed   State = "notAssessed"
)

// Outcome is what a rule says of one entity, or of a control as a whole.
type Outcome string

// The outcomes. Exempt is a failing, passing or unknown entity that people
// have taken out; its real outcome is kept beside it.
const (
	Pass    Outcome = "pass"
	Fail    Outcome = "fail"
	Unknown Outcome = "unknown"
	Exempt  Outcome = "exempt"
)

// Counts are numbers of entities in scope by outcome.
type Counts struct {
	Pass, Fail, Unknown int
}

// Total is the number of entities in scope.
func (c Counts) Total() int { return c.Pass + c.Fail + c.Unknown }

// Assessment is what the rules say of one control for one tenant.
type Assessment struct {
	Control ControlID
	State   State
	Reason  Reason
	// Measured counts all entities in scope by their real outcome, exempt ones
	// too. Exempted counts those of them that people have taken out.
	Measured, Exempted Counts
	// Held says whether the requirement of a binary control holds, over all
	// entities and over those that are not exempt. Unused when proportional.
	Held, HeldCredited bool
	// Strict is the verdict of strict mode (Conditional Access only): Pass,
	// Fail, Unknown, or empty where strict mode has no meaning.
	Strict Outcome
}

// Shown are the counts as people see them: without the exempt ones.
func (a *Assessment) Shown() Counts {
	return Counts{
		Pass:    a.Measured.Pass - a.Exempted.Pass,
		Fail:    a.Measured.Fail - a.Exempted.Fail,
		Unknown: a.Measured.Unknown - a.Exempted.Unknown,
	}
}
