// SPDX-License-Identifier: Apache-2.0

package sample_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/sample"
)

var today = time.Date(2026, 3, 1, 15, 30, 0, 0, time.UTC)

// told is the history up to today, which most tests look at.
var told = sync.OnceValues(func() ([]sample.Moment, error) { return tell(today) })

func tell(end time.Time) ([]sample.Moment, error) {
	var all []sample.Moment
	err := sample.History(end, func(m sample.Moment) bool {
		all = append(all, m)
		return true
	})
	return all, err
}

func history(t *testing.T) []sample.Moment {
	t.Helper()
	all, err := told()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func historyUntil(t *testing.T, end time.Time) []sample.Moment {
	t.Helper()
	all, err := tell(end)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// content is everything of a moment but its time, in one text.
func content(m *sample.Moment) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(m.Evidence.Sets)) {
		h.Write(fmt.Appendln(nil, name, m.Evidence.Sets[name].Hash(), m.Evidence.Sets[name].Missing))
	}
	h.Write(fmt.Appendln(nil, m.Evidence.Organisation, m.Evidence.Sample, m.Decisions, m.Adopted))
	return hex.EncodeToString(h.Sum(nil))
}

func TestSameEndSameHistory(t *testing.T) {
	t.Parallel()
	// Another time of the same day in UTC is the same end.
	first, again := history(t), historyUntil(t, today.Add(5*time.Hour).In(time.FixedZone("east", 2*3600)))
	if len(first) != len(again) {
		t.Fatalf("got %d moments, then %d", len(first), len(again))
	}
	for i := range first {
		if !first[i].At.Equal(again[i].At) || content(&first[i]) != content(&again[i]) {
			t.Fatalf("moment %d of %s differs the second time", i, first[i].At)
		}
	}
	next := historyUntil(t, today.AddDate(0, 0, 1))
	if len(next) != len(first) {
		t.Fatalf("got %d moments, a day later %d", len(first), len(next))
	}
	for i := range first {
		if got, want := next[i].At, first[i].At.AddDate(0, 0, 1); !got.Equal(want) {
			t.Fatalf("moment %d: got %s for the next day, want %s", i, got, want)
		}
	}
	if content(&next[0]) == content(&first[0]) {
		t.Error("times within the evidence do not move with the end")
	}
}

func TestHistoryIsInOrder(t *testing.T) {
	t.Parallel()
	all := history(t)
	last := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	if got := all[len(all)-1].At; !got.Equal(last) {
		t.Errorf("the last moment is %s, want %s", got, last)
	}
	if got, want := all[0].At, last.AddDate(0, 0, -sample.Days); !got.Equal(want) {
		t.Errorf("the first moment is %s, want %s", got, want)
	}
	if len(all) < 90 || len(all) > 150 {
		t.Errorf("got %d moments, want about 120", len(all))
	}
	for i := 1; i < len(all); i++ {
		before, m := &all[i-1], &all[i]
		if !m.At.After(before.At) {
			t.Errorf("%s comes after %s", m.At, before.At)
		}
		if before.Adopted && !m.Adopted {
			t.Errorf("%s: the catalogue was given back", m.At)
		}
		if len(m.News) == 0 || content(m) == content(before) {
			t.Errorf("%s: nothing happened: %q", m.At, m.News)
		}
	}
	if all[0].Adopted || !all[len(all)-1].Adopted {
		t.Error("the catalogue was not adopted within the history")
	}
}

// Data sets that did not change are shared, so that nobody has to look at them
// again.
func TestUnchangedEvidenceIsShared(t *testing.T) {
	t.Parallel()
	all := history(t)
	shared := 0
	for i := 1; i < len(all); i++ {
		for name, set := range all[i].Evidence.Sets {
			before := all[i-1].Evidence.Sets[name]
			if len(set.Objects) == 0 || set.Hash() != before.Hash() {
				continue
			}
			shared++
			if &set.Objects[0] != &before.Objects[0] {
				t.Errorf("%s: %s has new objects with the old content", all[i].At, name)
			}
		}
	}
	if shared == 0 {
		t.Error("no data set stayed the same")
	}
}

func TestEvidenceIsMarkedAndWhole(t *testing.T) {
	t.Parallel()
	all := history(t)
	for i := range all {
		e := all[i].Evidence
		if !e.Sample || e.Organisation != sample.Organisation || !e.At.Equal(all[i].At) || e.Source == "" {
			t.Fatalf("%s: evidence is not marked as that of the sample", e.At)
		}
		if len(e.Sets) != len(all[0].Evidence.Sets) {
			t.Fatalf("%s: got %d data sets, want %d as before", e.At, len(e.Sets), len(all[0].Evidence.Sets))
		}
		for name, set := range e.Sets {
			seen := make(map[string]bool)
			for n, o := range set.Objects {
				if o.Key == "" || seen[o.Key] || (n > 0 && o.Key < set.Objects[n-1].Key) {
					t.Fatalf("%s: %s: key %q is missing, repeated or out of order", e.At, name, o.Key)
				}
				seen[o.Key] = true
				if strings.Contains(string(o.Raw), `"@user`) || strings.Contains(string(o.Raw), `"@group`) || strings.Contains(string(o.Raw), `"@-`) {
					t.Fatalf("%s: %s: %s holds something that was not filled in", e.At, name, o.Key)
				}
			}
		}
	}
	users, devices := all[0].Evidence.Sets["graph/users"], all[0].Evidence.Sets["graph/deviceManagement/managedDevices"]
	if len(users.Objects) < 1100 || len(users.Objects) > 1300 || len(devices.Objects) != 900 {
		t.Errorf("got %d users and %d devices, want about 1,200 and 900", len(users.Objects), len(devices.Objects))
	}
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	all := history(t)
	statuses := make(map[posture.Status]int)
	emergency, exempt, expired := 0, 0, 0
	for i := range all {
		for _, d := range all[i].Decisions {
			if d.By == "" || d.Reason == "" || d.Evidence == "" || d.At.IsZero() || d.At.After(all[i].At) {
				t.Errorf("%s: decision %+v lacks who, why, a link or a time", all[i].At, d)
			}
			switch {
			case d.Exemption() && d.Control == "":
				emergency++
			case d.Exemption():
				exempt++
			default:
				statuses[d.Status]++
			}
			if !d.Expires.IsZero() && d.Expires.Before(today) {
				expired++
			}
		}
	}
	if emergency != 2 || exempt == 0 || expired < 2 {
		t.Errorf("got %d emergency accounts, %d exemptions and %d decisions that expired", emergency, exempt, expired)
	}
	for _, want := range []posture.Status{posture.Planned, posture.RiskAccepted, posture.ThirdParty, posture.AlternateMitigation} {
		if statuses[want] == 0 {
			t.Errorf("nobody decided %s", want)
		}
	}
}

func TestHistoryCanBeStopped(t *testing.T) {
	t.Parallel()
	n := 0
	if err := sample.History(today, func(sample.Moment) bool { n++; return n < 3 }); err != nil || n != 3 {
		t.Errorf("got %d moments and %v, want 3 and no error", n, err)
	}
}
