// SPDX-License-Identifier: Apache-2.0

package profile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/posture"
	"securescore/internal/score"
	"securescore/internal/store"
)

// Scorer says where a tenant stands. *assess.Assessor is one.
type Scorer interface {
	Look(ctx context.Context, tenant posture.TenantID) (*assess.Scoring, error)
	Catalogue() *catalog.Catalog
}

// Config is what profiles are made from.
type Config struct {
	Store  store.Store
	Scorer Scorer
	Now    func() time.Time
	// Literal gives the statuses that no documented state tells apart names of
	// their own: Planned, RiskAccepted, AlternateMitigation.
	Literal bool
}

// keptViews bounds the tenants whose profiles are kept ready. One takes about
// two megabytes with 300 controls.
const keptViews = 16

// Source opens the profiles of tenants. It may be used by many goroutines.
type Source struct {
	Config

	mu   sync.Mutex
	kept map[posture.TenantID]*kept
	uses int64
}

// kept is a view with what it was made of.
type kept struct {
	view     *View
	sequence int64     // of the tenant's change feed
	until    time.Time // when a decision expires next; zero is never
	used     int64
}

// New returns a source over one store.
func New(config Config) *Source {
	return &Source{Config: config, kept: make(map[posture.TenantID]*kept)}
}

// Open returns the profiles as they are now. The error wraps
// posture.ErrNotFound when there is no such tenant.
func (s *Source) Open(ctx context.Context, tenant posture.TenantID) (*View, error) {
	now := s.Now().UTC()
	sequence, err := s.Store.Sequence(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("open the profiles of %s: %w", tenant, err)
	}
	known := s.recall(tenant)
	if known != nil && (known.until.IsZero() || now.Before(known.until)) {
		if known.sequence == sequence {
			return known.view, nil
		}
		untouched, err := s.untouched(ctx, tenant, known.sequence, sequence)
		if err != nil {
			return nil, err
		}
		if untouched {
			s.keep(tenant, &kept{view: known.view, sequence: sequence, until: known.until})
			return known.view, nil
		}
	}
	made, err := s.load(ctx, tenant, now)
	if err != nil {
		return nil, fmt.Errorf("read the profiles of %s: %w", tenant, err)
	}
	s.keep(tenant, made)
	return made.view, nil
}

// untouched reports whether nothing that profiles are made of has changed
// between two sequences: a line of a log about somebody is no reason to read
// all.
func (s *Source) untouched(ctx context.Context, tenant posture.TenantID, from, to int64) (bool, error) {
	var changes []store.Change
	err := s.Store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) (err error) {
		changes, err = r.Changes.Changes(ctx, tenant, from, store.KeptChanges)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("read the changes of %s: %w", tenant, err)
	}
	if int64(len(changes)) < to-from {
		return false, nil
	}
	for i := range changes {
		for _, key := range changes[i].Keys {
			if key != store.KeyAudit && key != store.KeyMonths {
				return false, nil
			}
		}
	}
	return true, nil
}

// load reads everything anew. The scoring may be newer than the sequence that
// is kept with it; then the next call reads again.
func (s *Source) load(ctx context.Context, tenant posture.TenantID, now time.Time) (*kept, error) {
	k := new(kept)
	catalogue := s.Scorer.Catalogue()
	histories := make(map[posture.ControlID][]assess.StateUpdate, len(catalogue.Controls))
	var who store.Tenant
	err := s.Store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) (err error) {
		if k.sequence, err = r.Changes.Sequence(ctx, tenant); err != nil {
			return err
		}
		if who, err = r.Tenant.Tenant(ctx, tenant); err != nil {
			return err
		}
		for _, c := range catalogue.Controls {
			decisions, err := r.Decisions.History(ctx, tenant, c.ID)
			if err != nil {
				return err
			}
			histories[c.ID] = assess.StateUpdates(decisions, now)
			k.until = soonest(k.until, decisions, now)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	scoring, err := s.Scorer.Look(ctx, tenant)
	if err != nil {
		return nil, err
	}
	k.view = newView(cmp.Or(who.Entra, string(who.ID)), catalogue, ranks(scoring.Lines), histories, s.Literal)
	return k, nil
}

// soonest is the first time after now at which a decision expires.
func soonest(until time.Time, decisions []store.Decision, now time.Time) time.Time {
	for i := range decisions {
		expires := decisions[i].Expires
		if expires.After(now) && (until.IsZero() || expires.Before(until)) {
			until = expires
		}
	}
	return until
}

// ranks numbers the actions that would bring points, the best one first. All
// others share the rank behind the last.
func ranks(lines []score.Line) map[posture.ControlID]int {
	worth := make(map[posture.ControlID]bool, len(lines))
	for i := range lines {
		worth[lines[i].Control] = lines[i].InScore && lines[i].Remaining() > 0
	}
	ranks, next := make(map[posture.ControlID]int, len(lines)), 1
	order := score.Rank(lines)
	for _, id := range order {
		if worth[id] {
			ranks[id] = next
			next++
		}
	}
	for _, id := range order {
		if !worth[id] {
			ranks[id] = next
		}
	}
	return ranks
}

// before is the order of profiles: by id, letter case aside.
func before(a, b *Profile) int {
	return cmp.Or(strings.Compare(strings.ToLower(string(a.ID)), strings.ToLower(string(b.ID))), strings.Compare(string(a.ID), string(b.ID)))
}

func (s *Source) recall(tenant posture.TenantID) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[tenant]
}

// keep remembers a view, and forgets the one that was used longest ago when
// there are too many.
func (s *Source) keep(tenant posture.TenantID, k *kept) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uses++
	k.used = s.uses
	if other := s.kept[tenant]; other != nil && other.sequence > k.sequence {
		return // somebody was faster and saw more
	}
	s.kept[tenant] = k
	if len(s.kept) <= keptViews {
		return
	}
	oldest := tenant
	for id, one := range s.kept {
		if one.used < s.kept[oldest].used {
			oldest = id
		}
	}
	delete(s.kept, oldest)
}

// IfMatch returns the tag of what people decided about one control, as
// Profile.State has it, from the history that a change starts from.
func (s *Source) IfMatch(history []assess.StateUpdate) string {
	return stateTag(updatesOf(history, s.Literal))
}

// View is the profiles of one tenant at one moment. It is not changed once
// made.
type View struct {
	// Tag names what all profiles say together.
	Tag string

	list []*Profile
	body []byte // of all, with commas between

	mu     sync.Mutex
	packed map[string][]byte
}

func newView(tenant string, c *catalog.Catalog, ranks map[posture.ControlID]int, histories map[posture.ControlID][]assess.StateUpdate, literal bool) *View {
	v := &View{list: make([]*Profile, len(c.Controls)), packed: make(map[string][]byte)}
	for i, control := range c.Controls {
		v.list[i] = newProfile(tenant, control, ranks[control.ID], histories[control.ID], literal)
	}
	slices.SortFunc(v.list, before)
	for i, p := range v.list {
		v.body = p.AppendJSON(comma(v.body, i), nil)
	}
	v.Tag = digest(v.body)
	return v
}

// Len is the number of profiles.
func (v *View) Len() int { return len(v.list) }

// At returns one by its place in the order of ids, letter case aside.
func (v *View) At(i int) *Profile { return v.list[i] }

// Find returns the profile with an id, letter case aside.
func (v *View) Find(id string) (*Profile, bool) {
	i, found := v.Place(id)
	if !found {
		return nil, false
	}
	return v.list[i], true
}

// Place returns the place of a profile; of one that is not there, the place of
// the first behind it, and false.
func (v *View) Place(id string) (int, bool) {
	lower := strings.ToLower(id)
	return slices.BinarySearchFunc(v.list, lower, func(p *Profile, id string) int {
		return strings.Compare(strings.ToLower(string(p.ID)), id)
	})
}
