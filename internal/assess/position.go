// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/entity"
	"securescore/internal/ledger"
)

// equal reports whether nothing of a control changed.
func (p *Position) equal(o *Position) bool {
	return p.Frame == o.Frame && p.Standing == o.Standing && sameOutcomes(p.Outcomes, o.Outcomes)
}

func sameOutcomes(a, b ledger.Outcomes) bool {
	return bitmap(a.Pass).Equals(bitmap(b.Pass)) && bitmap(a.Fail).Equals(bitmap(b.Fail)) &&
		bitmap(a.Unknown).Equals(bitmap(b.Unknown)) && bitmap(a.Exempt).Equals(bitmap(b.Exempt))
}

// same reports whether neither entities nor decisions changed, so that there
// is nothing to explain.
func (t *transition) same() bool {
	return t.from.Frame == t.frame.Frame && sameOutcomes(t.from.Outcomes, t.to) && t.before == t.now && t.decided == t.now
}

// ordinals turns rows into ordinals. A row without one is left out.
func (o *Outcome) ordinals(rows []int64) ledger.Outcomes {
	return ledger.Outcomes{
		Pass: ordinals(o.Pass, rows), Fail: ordinals(o.Fail, rows), Unknown: ordinals(o.Unknown, rows), Exempt: ordinals(o.Exempt, rows),
	}
}

func ordinals(b entity.Bits, rows []int64) *roaring.Bitmap {
	set := roaring.New()
	for row := range b.Rows {
		if row < len(rows) && rows[row] >= 0 {
			set.Add(uint32(rows[row]))
		}
	}
	return set
}
