// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"time"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// Decisions are what people decided, as far as it is in force at one time.
type Decisions struct {
	status  map[posture.ControlID]*posture.Decision
	exempt  map[exemption]bool
	keys    map[string]bool // of all exempt entities
	schema  *entity.Schema
	account map[string]bool
}

type exemption struct {
	control posture.ControlID // empty: every control, a registered emergency account
	kind    posture.Kind
	key     string
}

// InForce picks the decisions that count at the given time. The last one of a
// control, in the order given, is its status.
func InForce(schema *entity.Schema, all []posture.Decision, at time.Time) *Decisions {
	return inForce(schema, all, at, at)
}

// inForce picks the decisions that were made until one time and had not
// expired at another, which lets a run tell what people decided from what the
// passing of time did.
func inForce(schema *entity.Schema, all []posture.Decision, madeBy, notExpiredAt time.Time) *Decisions {
	d := &Decisions{
		status: make(map[posture.ControlID]*posture.Decision), exempt: make(map[exemption]bool),
		keys: make(map[string]bool), schema: schema, account: make(map[string]bool),
	}
	for i := range all {
		one := &all[i]
		switch {
		case one.Pending || one.At.After(madeBy) || (!one.Expires.IsZero() && !notExpiredAt.Before(one.Expires)):
		case !one.Exemption():
			d.status[one.Control] = one
		default:
			d.exempt[exemption{one.Control, one.Kind, one.Entity}], d.keys[one.Entity] = true, true
			if one.Control == "" && one.Kind == "user" {
				d.account[one.Entity] = true
			}
		}
	}
	return d
}

// Status returns the decision about a control, or nil.
func (d *Decisions) Status(control posture.ControlID) *posture.Decision { return d.status[control] }

// Intended are the registered emergency accounts: leaving them out of a policy
// is no gap (design 3.14).
func (d *Decisions) Intended() map[string]bool { return d.account }

// Exempted reports whether an entity was taken out of a control, under its own
// kind or under the kind that it is seen from.
func (d *Decisions) Exempted(control posture.ControlID, kind posture.Kind, key string) bool {
	if !d.keys[key] {
		return false
	}
	kinds := [2]posture.Kind{kind}
	if spec, ok := d.schema.Kind(kind); ok {
		kinds[1] = spec.Base
	}
	for _, k := range kinds {
		if k != "" && (d.exempt[exemption{control, k, key}] || d.exempt[exemption{"", k, key}]) {
			return true
		}
	}
	return false
}
