// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"encoding/binary"
	"slices"
	"sort"
	"strings"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// mark is where a control stands from a day on, until its next mark.
type mark struct {
	day                     ledger.Day
	pass, fail, unknown     int32 // entities are counted by 32-bit ordinals
	measured, credited, max posture.Points
	status                  posture.Status
}

// markSize is what one mark takes in memory, in bytes.
const markSize = 56

func (m *mark) earned() posture.Points { return m.measured + m.credited }

// counts reports whether the control is part of the score. One that stands at
// points without a maximum is a fault of the ledger; it is told all the same,
// so that the parts add up.
func (m *mark) counts() bool { return m.max != 0 || m.earned() != 0 }

func (m *mark) standing() ledger.Standing {
	return ledger.Standing{
		Measured: m.measured, Credited: m.credited, Max: m.max, Status: m.status,
		Counts: posture.Counts{Pass: int(m.pass), Fail: int(m.fail), Unknown: int(m.unknown)},
	}
}

func markOf(day ledger.Day, s ledger.Standing) mark {
	return mark{
		day: day, pass: int32(s.Counts.Pass), fail: int32(s.Counts.Fail), unknown: int32(s.Counts.Unknown),
		measured: s.Measured, credited: s.Credited, max: s.Max, status: s.Status,
	}
}

// track is the way of one control through the days: its marks in the order of
// entries. Of several marks of one day the last one counts.
type track struct {
	phrase *phrase
	marks  []mark
}

// factMark are the facts in force from a day on.
type factMark struct {
	day      ledger.Day
	facts    *ledger.Facts
	services []string // as enabledServices says them
}

// entryMark is what the entries up to the end of a day come to: a sum over
// their hashes, and when the last of them took effect.
type entryMark struct {
	day ledger.Day
	sum uint64
	at  time.Time
}

// runMark is the last run that looked at the evidence of a day.
type runMark struct {
	day ledger.Day
	at  time.Time
}

// timeline is the ledger of a tenant in a form from which any day can be told
// without reading it again. It never changes: extend and observe return a new
// one, which may share what the old one has. Only the newest one may be
// extended.
type timeline struct {
	head    ledger.Head
	first   ledger.Day // of the first entry
	tracks  []track    // by control
	facts   []factMark
	entries []entryMark
	runs    []runMark
	lastRun int64 // id of the newest run that was looked at
	marks   int
}

// empty reports whether there is no day to tell of.
func (l *timeline) empty() bool { return len(l.entries) == 0 }

// follows reports whether entries, which are in the order of their sequence,
// can be put at the end.
func (l *timeline) follows(entries []ledger.Entry) bool {
	at := time.Time{}
	if !l.empty() {
		at = l.entries[len(l.entries)-1].at
	}
	for i := range entries {
		if entries[i].Effective.Before(at) {
			return false
		}
		at = entries[i].Effective
	}
	return true
}

// extend adds entries that follow, in the order of ledger.Chronological.
func (l *timeline) extend(lex *lexicon, head ledger.Head, entries []ledger.Entry) *timeline {
	next := *l
	next.head = head
	next.tracks = slices.Clone(l.tracks)
	for i := range entries {
		e := &entries[i]
		day := ledger.DayOf(e.Effective)
		if next.empty() {
			next.first = day
		}
		next.note(day, e)
		if e.Facts != nil {
			next.facts = append(next.facts, factMark{day: day, facts: e.Facts, services: services(e.Facts.Plans)})
			continue
		}
		next.step(lex, day, e)
	}
	return &next
}

// compact keeps the last mark of each day. It must be called before anybody
// else has the timeline.
func (l *timeline) compact() {
	l.entries = lastOfDay(l.entries, func(e entryMark) ledger.Day { return e.day })
	l.facts = lastOfDay(l.facts, func(f factMark) ledger.Day { return f.day })
	l.marks = 0
	for i := range l.tracks {
		t := &l.tracks[i]
		t.marks = lastOfDay(t.marks, func(m mark) ledger.Day { return m.day })
		l.marks += len(t.marks)
	}
}

func lastOfDay[T any](list []T, dayOf func(T) ledger.Day) []T {
	kept := make([]T, 0, len(list))
	for i := range list {
		if i+1 == len(list) || dayOf(list[i+1]) != dayOf(list[i]) {
			kept = append(kept, list[i])
		}
	}
	return slices.Clip(kept)
}

// note puts an entry into the sum of its day.
func (l *timeline) note(day ledger.Day, e *ledger.Entry) {
	sum := uint64(0)
	if !l.empty() {
		sum = l.entries[len(l.entries)-1].sum
	}
	l.entries = append(l.entries, entryMark{day: day, sum: mixed(sum, binary.BigEndian.Uint64(e.Hash[:])), at: e.Effective})
}

// step moves the control of an entry.
func (l *timeline) step(lex *lexicon, day ledger.Day, e *ledger.Entry) {
	i, found := slices.BinarySearchFunc(l.tracks, e.Control, func(t track, id posture.ControlID) int {
		return strings.Compare(string(t.phrase.id), string(id))
	})
	if !found {
		l.tracks = slices.Insert(l.tracks, i, track{phrase: lex.phrase(e.Control)})
	}
	t := &l.tracks[i]
	var before ledger.Standing
	if n := len(t.marks); n > 0 {
		before = t.marks[n-1].standing()
	}
	t.marks = append(t.marks, markOf(day, before.Then(e)))
	l.marks++
}

// observe adds the times of runs up to the newest one.
func (l *timeline) observe(times []time.Time, newest int64) *timeline {
	next := *l
	next.lastRun = newest
	latest := make(map[ledger.Day]time.Time, len(l.runs)+1)
	for _, r := range l.runs {
		latest[r.day] = r.at
	}
	for _, at := range times {
		if day := ledger.DayOf(at); at.After(latest[day]) {
			latest[day] = at
		}
	}
	next.runs = make([]runMark, 0, len(latest))
	for day, at := range latest {
		next.runs = append(next.runs, runMark{day: day, at: at})
	}
	slices.SortFunc(next.runs, func(a, b runMark) int { return int(a.day - b.day) })
	return &next
}

// synced is when the last run at or before the end of a day looked at the
// evidence. Where no run is known, the last entry speaks for it.
func (l *timeline) synced(day ledger.Day) time.Time {
	if i := l.run(day); i >= 0 {
		return l.runs[i].at
	}
	if i := l.entry(day); i >= 0 {
		return l.entries[i].at
	}
	return day.Time()
}

// stamps stand for everything about n days, from newest backwards, that is in
// the ledger or in the list of runs, and for the basis: while the stamp of a
// day stays the same, so does the day.
func (l *timeline) stamps(newest ledger.Day, n int, basis uint64) []uint64 {
	stamps := make([]uint64, n)
	entry, run := l.entry(newest), l.run(newest)
	for i := range stamps {
		day := newest - ledger.Day(i)
		for entry >= 0 && l.entries[entry].day > day {
			entry--
		}
		for run >= 0 && l.runs[run].day > day {
			run--
		}
		sum := basis
		if entry >= 0 {
			sum = mixed(sum, l.entries[entry].sum)
		}
		if run >= 0 {
			sum = mixed(sum, uint64(l.runs[run].at.UnixMicro()))
		}
		stamps[i] = sum
	}
	return stamps
}

// run is the last run by the end of a day, or -1.
func (l *timeline) run(day ledger.Day) int {
	return lastAt(len(l.runs), func(i int) ledger.Day { return l.runs[i].day }, day)
}

// entry is the last entry that took effect by the end of a day, or -1.
func (l *timeline) entry(day ledger.Day) int {
	return lastAt(len(l.entries), func(i int) ledger.Day { return l.entries[i].day }, day)
}

// known are the facts in force on a day, or nil.
func (l *timeline) known(day ledger.Day) *factMark {
	if i := lastAt(len(l.facts), func(i int) ledger.Day { return l.facts[i].day }, day); i >= 0 {
		return &l.facts[i]
	}
	return nil
}

// size estimates what the timeline takes in memory, in bytes.
func (l *timeline) size() int {
	const base, perTrack, perEntry, perRun, perFact = 2048, 96, 48, 40, 1024
	return base + l.marks*markSize + len(l.tracks)*perTrack + len(l.entries)*perEntry + len(l.runs)*perRun + len(l.facts)*perFact
}

// lastAt returns the last of n things in the order of days that is not after
// day, or -1.
func lastAt(n int, dayOf func(int) ledger.Day, day ledger.Day) int {
	return sort.Search(n, func(i int) bool { return dayOf(i) > day }) - 1
}

// mixed goes on from a sum with one more number, each bit of which moves about
// half of the bits of the result (the last steps of SplitMix64).
func mixed(sum, more uint64) uint64 {
	z := (sum ^ more) + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// walker goes back in time over a timeline, day by day.
type walker struct {
	line *timeline
	at   []int // of each track: how many of its marks are not after the day
}

// walk begins at the end of a day.
func (l *timeline) walk(day ledger.Day) *walker {
	w := &walker{line: l, at: make([]int, len(l.tracks))}
	for i := range l.tracks {
		marks := l.tracks[i].marks
		w.at[i] = 1 + lastAt(len(marks), func(k int) ledger.Day { return marks[k].day }, day)
	}
	return w
}

// to goes to the end of another day, earlier or later. Near days cost less.
func (w *walker) to(day ledger.Day) {
	for i := range w.at {
		marks := w.line.tracks[i].marks
		for w.at[i] < len(marks) && marks[w.at[i]].day <= day {
			w.at[i]++
		}
		for w.at[i] > 0 && marks[w.at[i]-1].day > day {
			w.at[i]--
		}
	}
}
