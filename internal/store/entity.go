// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/posture"
)

// Entity is one thing that controls look at. Its ordinal never changes and is
// never given to another entity, so that bitmaps of the past stay right.
type Entity struct {
	Kind      posture.Kind
	Ordinal   uint32 // from 0, per tenant and kind
	Key       string // source key; unique per tenant and kind
	Name      string // hostile text
	Aliases   []string
	FirstSeen time.Time
	LastSeen  time.Time
	Gone      bool // not among those that were seen last
}

// Sighting is an entity as a source has just shown it.
type Sighting struct {
	Key, Name string
	// Aliases are other keys under which the same entity has been or may be
	// seen. A new key whose own or whose aliases are known is that entity.
	Aliases []string
}

// EntityReader reads entities.
type EntityReader interface {
	// All returns every entity of a kind by ordinal, gone ones too.
	All(ctx context.Context, tenant posture.TenantID, kind posture.Kind) ([]Entity, error)
	// Some returns the entities of these ordinals by ordinal. Ordinals that do
	// not exist are left out.
	Some(ctx context.Context, tenant posture.TenantID, kind posture.Kind, ordinals *roaring.Bitmap) ([]Entity, error)
}

// EntityWriter remembers entities.
type EntityWriter interface {
	EntityReader
	// Observe takes in all entities of a kind as they were at one time and
	// returns the ordinal of each, in their order. Those that are not among them
	// are gone from then on, and come back under their ordinal. A known key keeps
	// its ordinal; a new one whose aliases are known to several takes the lowest
	// of theirs. A key that comes twice is one entity.
	Observe(ctx context.Context, tenant posture.TenantID, kind posture.Kind, all []Sighting, at time.Time) ([]uint32, error)
	// Erase takes key, name and aliases of an entity away and leaves its
	// ordinal. When a source shows it again it is a new entity.
	Erase(ctx context.Context, tenant posture.TenantID, kind posture.Kind, ordinal uint32) error
}
