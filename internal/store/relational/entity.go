// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// entities implements store.EntityWriter.
type entities struct{ *bound }

func readEntity(row scanner) (store.Entity, error) {
	var e store.Entity
	var first, last int64
	err := row.Scan(&e.Ordinal, &e.Key, &e.Name, &first, &last, (*truth)(&e.Gone))
	e.FirstSeen, e.LastSeen = at(first), at(last)
	return e, err
}

type alias struct {
	name    string
	ordinal uint32
}

func readAlias(row scanner) (a alias, err error) {
	err = row.Scan(&a.name, &a.ordinal)
	return a, err
}

// All implements store.EntityReader.
func (b entities) All(ctx context.Context, tenant posture.TenantID, kind posture.Kind) ([]store.Entity, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	list, err := rows(ctx, b.bound, "entity all", readEntity, string(kind))
	if err != nil {
		return nil, err
	}
	aliases, err := rows(ctx, b.bound, "entity aliases", readAlias, string(kind))
	return named(list, kind, aliases), err
}

// named puts the kind and the aliases to entities; both are by ordinal.
func named(list []store.Entity, kind posture.Kind, aliases []alias) []store.Entity {
	for i := range list {
		e := &list[i]
		e.Kind = kind
		for len(aliases) > 0 && aliases[0].ordinal <= e.Ordinal {
			e.Aliases = append(e.Aliases, aliases[0].name)
			aliases = aliases[1:]
		}
	}
	return list
}

// Some implements store.EntityReader.
func (b entities) Some(ctx context.Context, tenant posture.TenantID, kind posture.Kind, ordinals *roaring.Bitmap) ([]store.Entity, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	wanted := numbers(ordinals)
	list, err := rows(ctx, b.bound, "entity some", readEntity, string(kind), wanted)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	aliases, err := rows(ctx, b.bound, "entity aliases of", readAlias, string(kind), wanted)
	return named(list, kind, aliases), err
}

// Observe implements store.EntityWriter.
func (b entities) Observe(ctx context.Context, tenant posture.TenantID, kind posture.Kind, seen []store.Sighting, when time.Time) ([]uint32, error) {
	known, err := b.All(ctx, tenant, kind)
	if err != nil {
		return nil, err
	}
	o := &observer{entities: b, kind: kind, when: micros(when), items: known, byKey: make(map[string]uint32, len(known)), byAlias: make(map[string]uint32), present: make(map[uint32]bool, len(seen))}
	if err := b.row(ctx, "entity kind", []any{&o.next, &o.before}, string(kind)); err != nil && !errors.Is(err, posture.ErrNotFound) {
		return nil, fmt.Errorf("observe %s: %w", kind, err)
	}
	for i := range known {
		if known[i].Key != "" {
			o.byKey[known[i].Key] = known[i].Ordinal
		}
		for _, a := range known[i].Aliases {
			o.byAlias[a] = known[i].Ordinal
		}
	}
	ordinals, err := o.take(ctx, seen)
	if err != nil {
		return nil, fmt.Errorf("observe %s: %w", kind, err)
	}
	return ordinals, nil
}

// observer takes one observation in. Items are by ordinal without gaps, since
// ordinals are handed out in order and never deleted.
type observer struct {
	entities

	kind           posture.Kind
	when, before   int64
	next           int64
	items          []store.Entity
	byKey, byAlias map[string]uint32
	present        map[uint32]bool
}

func (o *observer) take(ctx context.Context, seen []store.Sighting) ([]uint32, error) {
	// The kind comes first, since its entities refer to it.
	if err := o.queue(ctx, store.KeyEntities, "entity put kind", string(o.kind), o.next, max(o.when, o.before)); err != nil {
		return nil, err
	}
	ordinals := make([]uint32, len(seen))
	for i := range seen {
		ordinal, err := o.meet(ctx, &seen[i])
		if err != nil {
			return nil, err
		}
		ordinals[i] = ordinal
		o.present[ordinal] = true
	}
	for i := range o.items {
		if e := &o.items[i]; !e.Gone && !o.present[e.Ordinal] {
			if err := o.later(ctx, "entity gone", o.before, o.number, string(o.kind), e.Ordinal); err != nil {
				return nil, err
			}
		}
	}
	return ordinals, o.queue(ctx, store.KeyEntities, "entity put kind", string(o.kind), o.next, max(o.when, o.before))
}

// meet finds or adds the entity of a sighting and keeps what is new about it.
func (o *observer) meet(ctx context.Context, s *store.Sighting) (uint32, error) {
	ordinal, found := o.find(s)
	switch {
	case !found:
		ordinal = uint32(o.next)
		o.next++
		if err := o.later(ctx, "entity add", o.number, string(o.kind), ordinal, s.Key, s.Name, o.when); err != nil {
			return 0, err
		}
		o.items = append(o.items, store.Entity{Ordinal: ordinal, Key: s.Key, Name: s.Name})
	case !o.present[ordinal]:
		if err := o.update(ctx, &o.items[ordinal], s); err != nil {
			return 0, err
		}
	}
	o.byKey[s.Key] = ordinal
	return ordinal, o.alias(ctx, ordinal, s.Aliases)
}

func (o *observer) find(s *store.Sighting) (lowest uint32, found bool) {
	if ordinal, ok := o.byKey[s.Key]; ok {
		return ordinal, true
	}
	if ordinal, ok := o.byAlias[s.Key]; ok {
		return ordinal, true
	}
	for _, a := range s.Aliases {
		for _, known := range []map[string]uint32{o.byKey, o.byAlias} {
			if ordinal, ok := known[a]; ok && (!found || ordinal < lowest) {
				lowest, found = ordinal, true
			}
		}
	}
	return lowest, found
}

func (o *observer) update(ctx context.Context, e *store.Entity, s *store.Sighting) error {
	if e.Key == s.Key && e.Name == s.Name && !e.Gone {
		return nil
	}
	if err := o.later(ctx, "entity seen", s.Key, s.Name, o.number, string(o.kind), e.Ordinal); err != nil {
		return err
	}
	old := e.Key
	e.Key, e.Name, e.Gone = s.Key, s.Name, false
	return o.alias(ctx, e.Ordinal, []string{old}) // it is still known under its old key
}

func (o *observer) alias(ctx context.Context, ordinal uint32, names []string) error {
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if _, known := o.byAlias[name]; known || name == "" || name == o.items[ordinal].Key {
			continue
		}
		if err := o.later(ctx, "entity add alias", o.number, string(o.kind), name, ordinal); err != nil {
			return err
		}
		o.byAlias[name] = ordinal
	}
	return nil
}

// Erase implements store.EntityWriter.
func (b entities) Erase(ctx context.Context, tenant posture.TenantID, kind posture.Kind, ordinal uint32) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	n, err := b.write(ctx, store.KeyEntities, "entity erase", string(kind), ordinal)
	if err == nil && n == 0 {
		err = posture.ErrNotFound
	}
	if err == nil {
		_, err = b.write(ctx, store.KeyEntities, "entity erase aliases", string(kind), ordinal)
	}
	if err != nil {
		return fmt.Errorf("erase %s %d: %w", kind, ordinal, err)
	}
	return nil
}
