// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// StaleSet is a data set whose last reading failed or is too old, so that what
// is said of it may have changed meanwhile.
type StaleSet struct {
	Source, DataSet string
	Since           time.Time // when it was last read, or first could not be
}

// Compare orders stale sets by source and data set.
func (s StaleSet) Compare(o StaleSet) int {
	return cmp.Or(strings.Compare(s.Source, o.Source), strings.Compare(s.DataSet, o.DataSet))
}

// Stale lists the data sets that are stale at the given time, and when the next
// one becomes so by its age alone; zero when none does. What live sources never
// read because of an error counts, a missing permission does not: that is no
// matter of time.
func (a *Assessor) Stale(sets []store.SetInfo, now time.Time) (stale []StaleSet, next time.Time) {
	for i := range sets {
		info := &sets[i]
		limit, live := a.live[info.Source]
		ends := info.FetchedAt.Add(limit)
		switch {
		case info.Failed.Code != "",
			live && info.Missing.Code == posture.Failed,
			live && info.Missing.Code == "" && now.After(ends):
			stale = append(stale, StaleSet{Source: info.Source, DataSet: info.Name, Since: info.FetchedAt})
		case live && info.Missing.Code == "" && (next.IsZero() || ends.Before(next)):
			next = ends
		}
	}
	slices.SortFunc(stale, StaleSet.Compare)
	if !next.IsZero() {
		next = next.Add(time.Microsecond) // at its limit it is not too old yet
	}
	return stale, next
}
