// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"securescore/internal/access"
	"securescore/internal/posture"
)

// By begins the record of something that a principal did; a nil principal is
// somebody unknown.
func By(p *access.Principal, event Event, tenant posture.TenantID, target string) Record {
	r := Record{Tenant: tenant, Event: event, Outcome: Done, Target: target}
	if p != nil {
		r.Actor, r.Via, r.Request = p.Actor, p.Via, p.Request
		r.Details.Name, r.Details.From = p.Name, p.From
	}
	return r
}

// With adds what was there before and after, as JSON objects.
func (r Record) With(before, after string) Record {
	r.Details.Before, r.Details.After = before, after
	return r
}

// Not says that it did not happen, and why.
func (r Record) Not(outcome Outcome, why error) Record {
	r.Outcome, r.Details.Reason = outcome, why.Error()
	return r
}
