// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/posture"
)

// Hash is a SHA-256 sum.
type Hash [32]byte

// String returns lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Actor says who caused an entry by an opaque id: "system", "source:x", or the
// id of a person. Entries cannot be erased, so it never is a name or an
// address; the name is kept beside the entry.
type Actor string

// System is the actor of what nobody decided.
const System Actor = "system"

// maxActor bounds the length of an actor in bytes.
const maxActor = 64

// Valid reports whether a is empty or an id of at most 64 letters, digits and
// the signs : . _ -. An address does not fit, which is the purpose.
func (a Actor) Valid() bool {
	return len(a) <= maxActor && strings.IndexFunc(string(a), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(":._-", r)
	}) < 0
}

// Facts are numbers about an organisation that are no points.
type Facts struct {
	Seats, ActiveUsers, LicensedUsers int
	Plans                             []string // service plans, sorted
}

// Entry is one line of a ledger.
type Entry struct {
	Sequence  int64     // from 1, without gaps, per tenant and series
	Effective time.Time // when the change took effect, UTC, microseconds
	Recorded  time.Time // when it was written, UTC, microseconds
	// Control is empty for a residual line and for facts.
	Control posture.ControlID
	Cause   Cause
	// DMeasured, DCredited and DMax are what the entry adds to the sums.
	DMeasured, DCredited, DMax posture.Points
	// Before and After count entities as people see them, without exempt ones.
	Before, After posture.Counts
	// StatusBefore and StatusAfter are never empty.
	StatusBefore, StatusAfter posture.Status
	Actor                     Actor
	Run                       int64  // number of the run that wrote it; 0 outside runs
	Facts                     *Facts // only with cause facts
	// Prev is the hash of the entry before; Hash covers Prev and all fields above.
	Prev, Hash Hash
}

// Beside is what belongs to an entry and stays outside the chain, so that it
// can be erased without breaking it.
type Beside struct {
	Sequence int64
	// ActorName is how the actor is shown; hostile text.
	ActorName string
	// Note is the comment of a decision; hostile text.
	Note string
	// Kind and Flipped are the entities whose outcome changed, by ordinal.
	// Flipped is nil when none did or when they have been erased.
	Kind    posture.Kind
	Flipped *roaring.Bitmap
}

// Head is the last entry of a series. Whoever keeps an old head can prove
// later that nothing before it was rewritten.
type Head struct {
	Series   Series
	Sequence int64 // 0 when the series is empty
	Hash     Hash
}

// String returns "own/1234/<hash>", which ParseHead reads.
func (h Head) String() string {
	return string(h.Series) + "/" + strconv.FormatInt(h.Sequence, 10) + "/" + h.Hash.String()
}

// ParseHead reads what String wrote. It returns an error that wraps
// posture.ErrInvalid for anything else.
func ParseHead(text string) (Head, error) {
	parts := strings.Split(strings.TrimSpace(text), "/")
	fault := fmt.Errorf("ledger head %q: %w: want series/sequence/hash", text, posture.ErrInvalid)
	if len(parts) != 3 || !Series(parts[0]).Valid() {
		return Head{}, fault
	}
	sequence, err := strconv.ParseInt(parts[1], 10, 64)
	sum, hexErr := hex.DecodeString(parts[2])
	if err != nil || sequence < 0 || hexErr != nil || len(sum) != len(Hash{}) {
		return Head{}, fault
	}
	return Head{Series: Series(parts[0]), Sequence: sequence, Hash: Hash(sum)}, nil
}
