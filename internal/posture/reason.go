// SPDX-License-Identifier: Apache-2.0

package posture

// ReasonCode says in one word why something is not known or not assessed.
type ReasonCode string

// The reasons. NotCollected: no source has read it. Permission: a source was
// refused; the detail names the permission. Licence: the service plan is
// missing or could not be read. Stale: the last good evidence is too old.
// Failed: a source met an error. Shape: the evidence holds something that this
// version does not understand. Undecided: the evidence is there but does not
// settle the question, such as coverage of people who were not read.
const (
	NotCollected ReasonCode = "notCollected"
	Permission   ReasonCode = "permission"
	Licence      ReasonCode = "licence"
	Stale        ReasonCode = "stale"
	Failed       ReasonCode = "error"
	Shape        ReasonCode = "shape"
	Undecided    ReasonCode = "undecided"
	NoEntity     ReasonCode = "noEntity"
)

// Reason explains a state to a person. The zero Reason means that there is
// nothing to explain.
type Reason struct {
	Code   ReasonCode `json:"code,omitempty"`
	Detail string     `json:"detail,omitempty"` // names the data set, field or permission
}

// String returns the detail, or the code where there is none.
func (r Reason) String() string {
	if r.Detail != "" {
		return r.Detail
	}
	return string(r.Code)
}
