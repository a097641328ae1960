// SPDX-License-Identifier: Apache-2.0

package controls_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
)

var update = flag.Bool("update", false, "write testdata/engine.txt anew")

// Design 5.4: when code derives something else from the same evidence, the
// engine's revision must go up, so that what it moves in a score is put down
// to the catalogue. The evidence of every case is turned into entities; what
// code derives from it, kind by kind, must be what is written down for this
// revision. After a change of meaning: raise catalog.EngineRevision, then run
// this test with -update.
func TestDerivedFactsKeepTheirMeaning(t *testing.T) {
	t.Parallel()
	c := load(t)
	sums := make(map[posture.Kind][]string)
	for _, control := range c.Controls {
		for i := range control.Cases {
			e, err := control.Cases[i].Input(control)
			if err != nil {
				t.Fatal(err)
			}
			m := entity.Build(c.Schema, e, nil)
			for _, kind := range c.Schema.Kinds() {
				if text := derived(m.Table(kind)); text != "" {
					sum := sha256.Sum256([]byte(text))
					sums[kind] = append(sums[kind], string(sum[:]))
				}
			}
		}
	}
	lines := []string{fmt.Sprintf("revision %d", catalog.EngineRevision)}
	for _, kind := range c.Schema.Kinds() {
		all := sums[kind]
		if len(all) == 0 {
			continue
		}
		// Sorted and without doubles: the order of cases says nothing.
		slices.Sort(all)
		sum := sha256.Sum256([]byte(strings.Join(slices.Compact(all), "")))
		lines = append(lines, fmt.Sprintf("%s %s", kind, hex.EncodeToString(sum[:6])))
	}
	got := strings.Join(lines, "\n") + "\n"
	const golden = "testdata/engine.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("derived facts differ (-written +now):\n%s\nNew or changed cases: run go test ./controls -run Derived -update. A changed meaning: raise catalog.EngineRevision first.", diff)
	}
}

// derived writes what code made of a table: the fields without a place in the
// raw object, and the rows that no data set gave.
func derived(t *entity.Table) string {
	var b strings.Builder
	for i := range t.Spec.Fields {
		if t.Spec.DataSet != "" && t.Spec.Fields[i].From != "" {
			continue
		}
		c := t.Column(i)
		for row := range t.Len() {
			v, known := c.Value(row)
			fmt.Fprintf(&b, "%s %s %v %v\n", t.Keys[row], t.Spec.Fields[i].Name, known, v)
		}
	}
	return b.String()
}
