// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"securescore/internal/audit"
	"securescore/internal/posture"
)

const tenant posture.TenantID = "0a1b2c3d-0000-4000-8000-000000000001"

func salts() func() [16]byte {
	n := byte(0)
	return func() [16]byte { n++; return [16]byte{n} }
}

func record(event audit.Event, name string) audit.Record {
	return audit.Record{Tenant: tenant, Actor: "person:1", Via: "portal", Event: event, Outcome: audit.Done, Target: "control", Details: audit.Details{Name: name, From: "192.0.2.1", Before: "{}", After: `{"a":1}`}}
}

func log(n int) []audit.Entry {
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	head, salt := audit.Genesis(tenant), salts()
	var all []audit.Entry
	for i := range n {
		var entries []audit.Entry
		entries, head = audit.Seal(head, at.Add(time.Duration(i)*time.Minute), salt, record(audit.DecisionMade, "Ada"))
		all = append(all, entries...)
	}
	return all
}

func verify(entries []audit.Entry, stored audit.Head, exported ...audit.Head) audit.Report {
	v := audit.NewVerifier(tenant, exported...)
	for i := range entries {
		v.Add(&entries[i])
	}
	return v.Finish(stored)
}

func headOf(entries []audit.Entry) audit.Head {
	if len(entries) == 0 {
		return audit.Genesis(tenant)
	}
	last := entries[len(entries)-1]
	return audit.Head{Log: tenant, Sequence: last.Sequence, Hash: last.Hash}
}

func TestWholeLogHasNoFaults(t *testing.T) {
	t.Parallel()
	entries := log(5)
	if r := verify(entries, headOf(entries), headOf(entries[:3]), audit.Genesis(tenant)); len(r.Faults) > 0 || r.Entries != 5 {
		t.Errorf("got %+v, want 5 entries without faults", r)
	}
}

func TestEveryChangeIsNoticed(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*audit.Entry){
		"actor":    func(e *audit.Entry) { e.Actor = "person:2" },
		"event":    func(e *audit.Entry) { e.Event = audit.TokenCreated },
		"outcome":  func(e *audit.Entry) { e.Outcome = audit.Denied },
		"target":   func(e *audit.Entry) { e.Target = "other" },
		"tenant":   func(e *audit.Entry) { e.Tenant = "" },
		"via":      func(e *audit.Entry) { e.Via = "graph" },
		"request":  func(e *audit.Entry) { e.Request = "x" },
		"time":     func(e *audit.Entry) { e.At = e.At.Add(time.Second) },
		"name":     func(e *audit.Entry) { e.Details.Name = "Bob" },
		"address":  func(e *audit.Entry) { e.Details.From = "192.0.2.2" },
		"reason":   func(e *audit.Entry) { e.Details.Reason = "x" },
		"before":   func(e *audit.Entry) { e.Details.Before = "" },
		"after":    func(e *audit.Entry) { e.Details.After = "{}" },
		"salt":     func(e *audit.Entry) { e.Salt[0]++ },
		"sealed":   func(e *audit.Entry) { e.Sealed[0]++ },
		"sequence": func(e *audit.Entry) { e.Sequence++ },
		"previous": func(e *audit.Entry) { e.Prev[0]++ },
		"hash":     func(e *audit.Entry) { e.Hash[0]++ },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entries := log(4)
			head := headOf(entries)
			change(&entries[1])
			if r := verify(entries, head); len(r.Faults) == 0 {
				t.Error("got no fault")
			}
		})
	}
}

func TestErasedDetailsLeaveTheChainWhole(t *testing.T) {
	t.Parallel()
	entries := log(3)
	entries[1].Details, entries[1].Salt, entries[1].Erased = audit.Details{}, [16]byte{}, true
	if r := verify(entries, headOf(entries)); len(r.Faults) > 0 || r.Erased != 1 {
		t.Errorf("got %+v, want one erased entry and no fault", r)
	}
}

func TestExportedHeadsFindRewritingAndCuttingOff(t *testing.T) {
	t.Parallel()
	kept := headOf(log(4))
	cut := log(3)
	if r := verify(cut, headOf(cut), kept); len(r.Faults) != 1 || !strings.Contains(r.Faults[0], "cut off") {
		t.Errorf("cut off: got %q", r.Faults)
	}
	salt := salts()
	salt()
	rewritten, head := audit.Seal(audit.Genesis(tenant), time.Unix(0, 0), salt, record(audit.DecisionMade, "Eve"), record(audit.DecisionMade, "Eve"), record(audit.DecisionMade, "Eve"), record(audit.DecisionMade, "Eve"))
	if r := verify(rewritten, head, kept); len(r.Faults) != 1 || !strings.Contains(r.Faults[0], "rewritten") {
		t.Errorf("rewritten: got %q", r.Faults)
	}
}

func TestLogsDoNotStandInForEachOther(t *testing.T) {
	t.Parallel()
	if audit.Genesis(tenant).Hash == audit.Genesis(audit.Installation).Hash {
		t.Error("two logs begin with the same hash")
	}
}

func TestHostileTextIsCutAndStillVerifies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := record(audit.Refused, string(rapid.SliceOfN(rapid.Byte(), 0, 400).Draw(t, "name")))
		r.Details.After = strings.Repeat(rapid.String().Draw(t, "after"), 5000)
		r.Target = rapid.String().Draw(t, "target")
		entries, head := audit.Seal(audit.Genesis(tenant), time.Unix(5, 0), salts(), r)
		if got := len(entries[0].Details.After); got > 50<<10 {
			t.Fatalf("after: %d bytes are kept", got)
		}
		if report := verify(entries, head); len(report.Faults) > 0 {
			t.Fatalf("got %q", report.Faults)
		}
	})
}
