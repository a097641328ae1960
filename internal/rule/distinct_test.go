// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"strconv"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/rule"
)

// Design 5.1: how many distinct values a column has decides how a run goes,
// and never what comes out.
func TestNumbersOfDistinctValues(t *testing.T) {
	t.Parallel()
	s := schema(t)
	e := environment(t, s)
	sources := []rule.Source{
		where(``, `user.name == "n0"`),
		where(``, `user.name in ["n0", "n63", "n64", "n127", "n1"]`),
		where(``, `!(user.name in ["n0", "n63", "n64"])`),
		where(``, `user.name.endsWith("4")`),
		where(``, `!user.name.endsWith("4")`),
		where(``, `user.name.endsWith("6")`),
		where(``, `user.name.endsWith("4") || user.name == "n63" || !(user.name < "n7")`),
		where(``, `user.roles.exists(r, r.endsWith("4"))`),
		where(``, `"n64" in user.roles && size(user.roles) == 2`),
	}
	var scratch rule.Scratch
	for _, distinct := range []int{1, 2, 63, 64, 65, 66, 128, 129, 700} {
		m := model(s)
		users := m.Table("user")
		for i := range 3 * distinct {
			row := users.Add(strconv.Itoa(i), "")
			if i%17 == 5 {
				continue
			}
			users.SetString(row, "name", "n"+strconv.Itoa(i%distinct))
			users.SetStrings(row, "roles", []string{"n" + strconv.Itoa(i%distinct), "r"})
		}
		for _, src := range sources {
			p := compile(t, e, src)
			out := p.Run(m, &scratch)
			for row := range users.Len() {
				want, _ := p.RowOutcome(m, row)
				got := posture.Fail
				switch {
				case out.Pass.Has(row):
					got = posture.Pass
				case out.Unknown.Has(row):
					got = posture.Unknown
				}
				if got != want {
					t.Fatalf("%s over %d distinct values: row %d is %s in the run, %s alone", src.Pass, distinct, row, got, want)
				}
			}
		}
	}
}
