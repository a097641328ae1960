// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/posture"
)

// Outcomes are the entities of one control by outcome, as ordinals. A nil
// bitmap is empty. Pass, Fail and Unknown share no entity; Exempt are those of
// them that people have taken out, by their real outcome in the other three.
type Outcomes struct {
	Pass, Fail, Unknown, Exempt *roaring.Bitmap
}

// Counts returns the numbers of all entities in scope and of the exempt ones.
func (o Outcomes) Counts() (measured, exempted posture.Counts) {
	exempt := set(o.Exempt)
	for _, part := range []struct {
		of            *roaring.Bitmap
		all, excepted *int
	}{
		{o.Pass, &measured.Pass, &exempted.Pass},
		{o.Fail, &measured.Fail, &exempted.Fail},
		{o.Unknown, &measured.Unknown, &exempted.Unknown},
	} {
		of := set(part.of)
		*part.all = int(of.GetCardinality())
		*part.excepted = int(of.AndCardinality(exempt))
	}
	return measured, exempted
}

// Scope are all entities in scope, exempt ones too.
func (o Outcomes) Scope() *roaring.Bitmap {
	return roaring.FastOr(set(o.Pass), set(o.Fail), set(o.Unknown))
}

// Blend returns the outcomes that came before with those entities replaced
// that are in which: they stand as they do after. Letting one cause in after
// the other, each with its own entities, gives the steps of a run.
func Blend(before, after Outcomes, which *roaring.Bitmap) Outcomes {
	mix := func(b, a *roaring.Bitmap) *roaring.Bitmap {
		return roaring.Or(roaring.AndNot(set(b), set(which)), roaring.And(set(a), set(which)))
	}
	return Outcomes{
		Pass: mix(before.Pass, after.Pass), Fail: mix(before.Fail, after.Fail),
		Unknown: mix(before.Unknown, after.Unknown), Exempt: mix(before.Exempt, after.Exempt),
	}
}

// Flipped are the entities whose outcome, or exemption, differs.
func Flipped(before, after Outcomes) *roaring.Bitmap {
	return roaring.FastOr(
		roaring.Xor(set(before.Pass), set(after.Pass)), roaring.Xor(set(before.Fail), set(after.Fail)),
		roaring.Xor(set(before.Unknown), set(after.Unknown)), roaring.Xor(set(before.Exempt), set(after.Exempt)),
	)
}

// Moved are the entities that entered or left scope.
func Moved(before, after Outcomes) *roaring.Bitmap { return roaring.Xor(before.Scope(), after.Scope()) }

func set(b *roaring.Bitmap) *roaring.Bitmap {
	if b == nil {
		return roaring.New()
	}
	return b
}
