// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"errors"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/score"
)

// design 4.2.
func TestTelescope(t *testing.T) {
	t.Parallel()
	at := func(measured, maximum posture.Points) ledger.Standing {
		return ledger.Standing{Measured: measured, Max: maximum}
	}
	before := ledger.Scoring{"kept": at(5, 10), "moved": at(0, 10), "gone": at(3, 10)}
	flipped := roaring.BitmapOf(4)
	changes, err := ledger.Telescope(before, []ledger.Step{
		{Cause: ledger.Catalogue, After: ledger.Scoring{"kept": at(5, 10), "moved": at(0, 20), "new": at(1, 10)}},
		{Cause: ledger.Status, After: ledger.Scoring{"kept": at(5, 10), "moved": {Max: 20, Status: posture.RiskAccepted}, "new": at(1, 10)}, Actors: map[posture.ControlID]ledger.Actor{"moved": "person:7"}},
		{Cause: ledger.User, After: ledger.Scoring{"kept": at(5, 10), "moved": {Measured: 7, Max: 20, Status: posture.RiskAccepted}, "new": at(1, 10)}, Actor: "source:x", Flipped: map[posture.ControlID]*roaring.Bitmap{"moved": flipped}},
	})
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		Control posture.ControlID
		Cause   ledger.Cause
		Actor   ledger.Actor
		D       posture.Points
	}
	var got []line
	for _, c := range changes {
		got = append(got, line{c.Control, c.Cause, c.Actor, c.After.Measured - c.Before.Measured})
	}
	want := []line{
		{"gone", ledger.Catalogue, ledger.System, -3},
		{"moved", ledger.Catalogue, ledger.System, 0},
		{"new", ledger.Catalogue, ledger.System, 1},
		{"moved", ledger.Status, "person:7", 0},
		{"moved", ledger.User, "source:x", 7},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if last := changes[len(changes)-1]; !last.Flipped.Equals(flipped) {
		t.Errorf("flipped: got %v, want %v", last.Flipped, flipped)
	}
	for name, causes := range map[string][]ledger.Cause{
		"backwards": {ledger.User, ledger.Configuration}, "twice": {ledger.Time, ledger.Time}, "not a step": {ledger.Imported}, "no cause": {""},
	} {
		var steps []ledger.Step
		for _, c := range causes {
			steps = append(steps, ledger.Step{Cause: c})
		}
		if _, err := ledger.Telescope(nil, steps); !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
}

func TestStandTakesWhatIsInScore(t *testing.T) {
	t.Parallel()
	l := score.Line{Measured: 1, Credited: 2, Max: 10, InScore: true, Status: posture.Planned, Counts: posture.Counts{Fail: 4}}
	if diff := cmp.Diff(ledger.Standing{Measured: 1, Credited: 2, Max: 10, Status: posture.Planned, Counts: posture.Counts{Fail: 4}}, ledger.Stand(&l)); diff != "" {
		t.Errorf("in score (-want +got):\n%s", diff)
	}
	l = score.Line{Max: 10, State: posture.NotAssessed}
	if got, want := ledger.Stand(&l), (ledger.Standing{Status: posture.ToAddress}); got != want {
		t.Errorf("out of score: got %+v, want %+v", got, want)
	}
}

// design 4.2: a cause is let in for its own entities only.
func TestBlendLetsEntitiesInStepByStep(t *testing.T) {
	t.Parallel()
	of := roaring.BitmapOf
	before := ledger.Outcomes{Pass: of(1, 2), Fail: of(3, 4), Exempt: of(4)}
	after := ledger.Outcomes{Pass: of(1, 3, 5), Fail: of(2), Unknown: of(6)}
	if got, want := ledger.Moved(before, after), of(4, 5, 6); !got.Equals(want) {
		t.Errorf("moved: got %v, want %v", got, want)
	}
	if got, want := ledger.Flipped(before, after), of(2, 3, 4, 5, 6); !got.Equals(want) {
		t.Errorf("flipped: got %v, want %v", got, want)
	}
	step := ledger.Blend(before, after, ledger.Moved(before, after))
	measured, exempted := step.Counts()
	if measured != (posture.Counts{Pass: 3, Fail: 1, Unknown: 1}) || exempted != (posture.Counts{}) {
		t.Errorf("population alone: got %+v with %+v exempt", measured, exempted)
	}
	step = ledger.Blend(step, after, of(2, 3))
	if f := ledger.Flipped(step, after); !f.IsEmpty() {
		t.Errorf("all let in: %v still differ", f)
	}
	measured, exempted = before.Counts()
	if measured != (posture.Counts{Pass: 2, Fail: 2}) || exempted != (posture.Counts{Fail: 1}) {
		t.Errorf("before: got %+v with %+v exempt", measured, exempted)
	}
}

// design 4.3.
func TestMovementsNetPerControlAndDay(t *testing.T) {
	t.Parallel()
	credit := points("c", ledger.Status, 0, 0, 12)
	credit.After.Credited, credit.After.Status = 300, posture.ThirdParty
	accept := points("a", ledger.Status, 700, 700, 13)
	accept.After.Status = posture.RiskAccepted
	entries := sealed(t,
		points("a", ledger.Coverage, 0, 500, 10), // adjusted
		points("a", ledger.Configuration, 500, 900, 11),
		points("a", ledger.User, 900, 600, 11), // net of the day: +100
		points("b", ledger.Time, 400, 250, 11), // net of the day: -150
		points("b", ledger.Catalogue, 250, 260, 11),
		credit,
		points("a", ledger.Device, 600, 700, 12),
		accept,
	)
	days := ledger.Daily(ledger.DayTotal{Day: 9}, entries, 14, category)
	type row struct {
		Achieved, Regressed, Adjusted posture.Points
		Accepted                      int
	}
	var got []row
	for _, d := range days {
		got = append(got, row{d.Achieved, d.Regressed, d.Adjusted, d.Accepted})
	}
	want := []row{{0, 0, 500, 0}, {100, -150, 10, 0}, {100, 0, 300, 0}, {0, 0, 0, 1}, {0, 0, 0, 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
	m := ledger.Between(days[0], days[1:])
	if diff := cmp.Diff(ledger.Movement{Achieved: 200, Regressed: -150, Adjusted: 310}, m); diff != "" {
		t.Errorf("movement (-want +got):\n%s", diff)
	}
	if got, want := m.Change(), days[4].Earned()-days[0].Earned(); got != want {
		t.Errorf("change: got %s, want %s", got, want)
	}
	causes := map[ledger.Cause]posture.Points{
		ledger.Coverage: 500, ledger.Configuration: 400, ledger.User: -300, ledger.Time: -150,
		ledger.Catalogue: 10, ledger.Status: 300, ledger.Device: 100,
	}
	if diff := cmp.Diff(causes, ledger.ByCause(entries)); diff != "" {
		t.Errorf("by cause (-want +got):\n%s", diff)
	}
}

// design 4.3: a change of the maximum has its own bar.
func TestMaximumMovesByItself(t *testing.T) {
	t.Parallel()
	grow := ledger.Change{Control: "a", Cause: ledger.Catalogue, After: ledger.Standing{Max: 1000}, Effective: ledger.Day(10).Time()}
	days := ledger.Daily(ledger.DayTotal{Day: 9}, sealed(t, grow), 10, category)
	if diff := cmp.Diff(ledger.Movement{Max: 1000}, ledger.Between(ledger.DayTotal{}, days)); diff != "" {
		t.Errorf("movement (-want +got):\n%s", diff)
	}
}

// design 4.3: regressed is a net loss within 90 days that was not restored.
func TestRegressed(t *testing.T) {
	t.Parallel()
	const today = ledger.Day(1000)
	for _, tt := range []struct {
		name    string
		changes []ledger.Change
		want    posture.Points
	}{
		{"lost", []ledger.Change{points("a", ledger.User, 900, 600, today)}, -300},
		{"lost 89 days ago", []ledger.Change{points("a", ledger.Configuration, 900, 600, today-89)}, -300},
		{"lost 90 days ago", []ledger.Change{points("a", ledger.Configuration, 900, 600, today-90)}, 0},
		{"lost tomorrow", []ledger.Change{points("a", ledger.User, 900, 600, today+1)}, 0},
		{"restored", []ledger.Change{points("a", ledger.User, 900, 600, today-5), points("a", ledger.Device, 600, 900, today-1)}, 0},
		{"restored in part", []ledger.Change{points("a", ledger.User, 900, 600, today-5), points("a", ledger.User, 600, 700, today-1)}, -200},
		{"won before it was lost", []ledger.Change{points("a", ledger.User, 0, 900, today-5), points("a", ledger.User, 900, 600, today-1)}, -300},
		{"lost and restored within a day", []ledger.Change{points("a", ledger.User, 900, 600, today), points("a", ledger.User, 600, 900, today)}, 0},
		{"lost twice", []ledger.Change{points("a", ledger.User, 900, 600, today-9), points("a", ledger.Time, 600, 500, today)}, -400},
		{"source failed", []ledger.Change{points("a", ledger.Coverage, 900, 0, today)}, 0},
		{"new catalogue", []ledger.Change{points("a", ledger.Catalogue, 900, 0, today)}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := ledger.Regressed(sealed(t, tt.changes...), today)["a"]; got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// design 4.4: days without entries carry forward, and facts are entries too.
func TestFactsAndQuietDays(t *testing.T) {
	t.Parallel()
	facts := &ledger.Facts{Seats: 5, Plans: []string{"AAD_PREMIUM"}}
	entries := sealed(t,
		points("a", ledger.User, 0, 500, 10),
		ledger.Change{Cause: ledger.FactsChanged, Facts: facts, Effective: ledger.Day(11).Time()},
	)
	days := ledger.Daily(ledger.DayTotal{Day: 9}, entries, 60, category)
	if len(days) != 51 || days[50].Measured != 500 || days[50].Day != 60 {
		t.Errorf("got %d days that end in %+v, want 51 that end in 5.00 on day 60", len(days), days[len(days)-1])
	}
	if diff := cmp.Diff(facts, ledger.LatestFacts(entries)); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	if got := ledger.LatestFacts(entries[:1]); got != nil {
		t.Errorf("no facts: got %+v", got)
	}
	if got := ledger.Daily(ledger.DayTotal{Day: 9}, entries, 9, category); got != nil {
		t.Errorf("no days: got %v", got)
	}
}

func TestDamagedMonthsAreRefused(t *testing.T) {
	t.Parallel()
	blob := ledger.EncodeMonth(ledger.Daily(ledger.DayTotal{Day: 9}, sealed(t, points("a", ledger.User, 0, 500, 10)), 20, category))
	for name, data := range map[string][]byte{
		"nothing": {}, "another format": {9}, "cut off": blob[:5], "an unknown column": {1, 0, 0xff, 0xff, 0xff, 0x0f},
	} {
		if _, err := ledger.DecodeMonth(nil, data); !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	if days, err := ledger.DecodeMonth(nil, ledger.EncodeMonth(nil)); err != nil || len(days) != 0 {
		t.Errorf("no days: got %v, %v", days, err)
	}
}

// design 4.1: what cannot be put on a control is a residual line.
func TestImportKeepsTheRest(t *testing.T) {
	t.Parallel()
	facts := &ledger.Facts{Seats: 7}
	day := ledger.ImportedDay{Day: 50, Score: 900, Max: 2000, Facts: facts, Controls: ledger.Scoring{"a": {Measured: 500, Max: 1000}}}
	changes := ledger.Import(nil, []ledger.ImportedDay{day})
	type line struct {
		Control    posture.ControlID
		Cause      ledger.Cause
		D          posture.Points
		HasFacts   bool
		OnDay      ledger.Day
		AtMidnight bool
	}
	var got []line
	for _, c := range changes {
		got = append(got, line{c.Control, c.Cause, c.After.Measured - c.Before.Measured, c.Facts != nil, ledger.DayOf(c.Effective), c.Effective.Equal(ledger.Day(50).Time())})
	}
	want := []line{{"", ledger.Residual, 400, false, 50, true}, {"a", ledger.Imported, 500, false, 50, true}, {"", ledger.FactsChanged, 0, true, 50, true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if got := ledger.Import(nil, nil); got != nil {
		t.Errorf("no days: got %v", got)
	}
}

// design 4.5.
func TestVerifyNamesTheFault(t *testing.T) {
	t.Parallel()
	begin := ledger.Change{Control: "a", Cause: ledger.Catalogue, After: ledger.Standing{Measured: 500, Max: 1000}}
	entries := sealed(t, begin, points("a", ledger.User, 500, 600, 11))
	head := ledger.Head{Series: ledger.Own, Sequence: 2, Hash: entries[1].Hash}
	overfull := sealed(t, begin, points("a", ledger.User, 0, 3000, 11))
	for _, tt := range []struct {
		name    string
		entries []ledger.Entry
		expect  ledger.Expect
		want    int64 // sequence of the first fault
		faults  int
	}{
		{"all is well", entries, ledger.Expect{Stored: &head, Exported: &head}, 0, 0},
		{"an older export", entries, ledger.Expect{Exported: &ledger.Head{Series: ledger.Own, Sequence: 1, Hash: entries[0].Hash}}, 0, 0},
		{"the head of an empty series", entries, ledger.Expect{Exported: new(ledger.Genesis(tenant, ledger.Own))}, 0, 0},
		{"an export of another history", entries, ledger.Expect{Exported: &ledger.Head{Series: ledger.Own, Sequence: 1}}, 1, 1},
		{"an export of another series", entries, ledger.Expect{Exported: &ledger.Head{Series: ledger.Microsoft, Sequence: 2, Hash: head.Hash}}, 0, 1},
		{"an export from the future", entries, ledger.Expect{Exported: &ledger.Head{Series: ledger.Own, Sequence: 9}}, 0, 1},
		{"the stored head is older", entries, ledger.Expect{Stored: &ledger.Head{Series: ledger.Own, Sequence: 1, Hash: entries[0].Hash}}, 0, 1},
		{"the score is another", entries, ledger.Expect{Current: ledger.Scoring{"a": {Measured: 500, Max: 1000}}}, 0, 1},
		{"more points than the maximum", overfull, ledger.Expect{}, 2, 1},
		{"the first is missing", entries[1:], ledger.Expect{}, 2, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := ledger.Verify(tenant, ledger.Own, tt.entries, tt.expect)
			if len(report.Faults) != tt.faults {
				t.Fatalf("got %v, want %d faults", report.Faults, tt.faults)
			}
			if tt.faults > 0 && (report.Faults[0].Sequence != tt.want || report.Faults[0].String() == "") {
				t.Errorf("got %v, want the first at %d", report.Faults, tt.want)
			}
		})
	}
}
