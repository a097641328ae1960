// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// decisionRecord is a decision as the audit log tells it.
type decisionRecord struct {
	Kind     posture.Kind   `json:"kind,omitzero"`
	Entity   string         `json:"entity,omitzero"`
	Status   posture.Status `json:"status,omitzero"`
	Owner    string         `json:"owner,omitzero"`
	Reason   string         `json:"reason,omitzero"`
	Evidence string         `json:"evidence,omitzero"`
	Expires  time.Time      `json:"expires,omitzero"`
	Pending  bool           `json:"pending,omitzero"`
}

// evidenceRecord is an import as the audit log tells it.
type evidenceRecord struct {
	Source  string    `json:"source"`
	At      time.Time `json:"at,omitzero"`      // of the evidence
	Changed []string  `json:"changed,omitzero"` // data sets
	Days    int       `json:"days,omitzero"`    // of Microsoft's scores
}

func recordOf(d *posture.Decision) decisionRecord {
	return decisionRecord{d.Kind, d.Entity, d.Status, d.Owner, d.Reason, d.Evidence, d.Expires, d.Pending}
}

// log tells the audit log of decisions, with those that they take the place
// of.
func (r *run) log(ctx context.Context, by *access.Principal, decisions ...posture.Decision) error {
	records := make([]audit.Record, len(decisions))
	for i := range decisions {
		d := &decisions[i]
		var before, after string
		var err error
		if was := r.replaces(d); was != nil {
			if before, err = jsonText(recordOf(was)); err != nil {
				return err
			}
		}
		if after, err = jsonText(recordOf(d)); err != nil {
			return err
		}
		records[i] = audit.By(by, audit.DecisionMade, r.tenant, string(d.Control)).With(before, after)
	}
	return appendAudit(ctx, r.w, r.tenant, r.started, records...)
}

// replaces is the open decision of before that a new one is about, nil for
// none.
func (r *run) replaces(d *posture.Decision) *posture.Decision {
	for i := range r.before.decisions {
		o := &r.before.decisions[i].Decision
		if o.Control == d.Control && o.Kind == d.Kind && o.Entity == d.Entity && o.Pending == d.Pending {
			return o
		}
	}
	return nil
}

// logEvidence tells the audit log of evidence that was taken in.
func logEvidence(ctx context.Context, w *store.Writer, tenant posture.TenantID, at time.Time, by *access.Principal, e evidenceRecord) error {
	after, err := jsonText(e)
	if err != nil {
		return err
	}
	return appendAudit(ctx, w, tenant, at, audit.By(by, audit.EvidenceTaken, tenant, e.Source).With("", after))
}

func appendAudit(ctx context.Context, w *store.Writer, tenant posture.TenantID, at time.Time, records ...audit.Record) error {
	if err := w.Audit.Append(ctx, tenant, at, records...); err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	return nil
}

func jsonText(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write the audit log: %w", err)
	}
	return string(b), nil
}
