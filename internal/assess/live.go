// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"fmt"
	"maps"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// Live says how old the evidence of each live source may become before its
// data sets count as stale, by the name of the source. Sources that are not in
// it are imports: their evidence is looked at as of its own time and does not
// age (design 3.8).
type Live map[string]time.Duration

// MaxAge is how old the evidence of a live source may become by default.
const MaxAge = 7 * 24 * time.Hour

// Watch makes the assessor age the evidence of live sources. It must be called
// before the first run.
func (a *Assessor) Watch(live Live) { a.live = live }

// expire returns the evidence with the data sets that are too old at the given
// time marked as stale, and the time after which the next one is; zero when
// none will be. Evidence without any is returned as it is.
func (l Live) expire(e *posture.Evidence, sets []store.SetInfo, now time.Time) (*posture.Evidence, time.Time) {
	aged, next := e, time.Time{}
	for i := range sets {
		info := &sets[i]
		limit, live := l[info.Source]
		set, ok := e.Sets[info.Name]
		if !live || !ok || !set.Collected() {
			continue
		}
		if end := info.FetchedAt.Add(limit); !now.After(end) {
			if next.IsZero() || end.Before(next) {
				next = end
			}
			continue
		}
		if aged == e {
			copied := *e
			copied.Sets = maps.Clone(e.Sets)
			aged = &copied
		}
		aged.Sets[info.Name] = &posture.DataSet{Name: info.Name, FetchedAt: info.FetchedAt, Missing: posture.Reason{
			Code: posture.Stale, Detail: fmt.Sprintf("%s was last read %s by %s, more than %d days ago", info.Name, info.FetchedAt.Format(time.DateOnly), info.Source, limit/(24*time.Hour)),
		}}
	}
	return aged, next
}
