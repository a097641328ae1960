// SPDX-License-Identifier: Apache-2.0

package controls_test

import (
	"testing"

	"securescore/internal/entity"
	"securescore/internal/rule"
	"securescore/internal/rule/ruletest"
)

// rows is how many random entities each rule sees: more than one word of a
// bitset.
const rows = 70

// Design 5.1: for every rule of the catalogue, columns, closures and cel-go's
// own interpreter agree on random entities with unknown values.
func TestEveryRuleMeansWhatCELSays(t *testing.T) {
	t.Parallel()
	c := load(t)
	schema := entity.Standard()
	env, err := rule.NewEnv(schema)
	if err != nil {
		t.Fatal(err)
	}
	for i, control := range c.Controls {
		ch := &control.Check
		source := rule.Source{Entity: ch.Entity, Where: ch.Where, Pass: ch.Pass, Params: ch.Params}
		if err := ruletest.Compare(env, source, schema, uint64(i), rows); err != nil {
			t.Errorf("%s: %v", control.ID, err)
		}
	}
	t.Logf("%d rules over %d entities each", len(c.Controls), rows)
}
