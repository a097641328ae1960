// SPDX-License-Identifier: Apache-2.0

package odata_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"securescore/internal/odata"
)

const typical = "controlCategory eq 'Identity' and maxScore ge 5 and not startswith(id,'scid') and threats/any(t: t eq 'accountBreach')"

// catalogue is as many profiles as a tenant has.
func catalogue() []*profile {
	rows := make([]*profile, 300)
	for i := range rows {
		rows[i] = &profile{
			id: fmt.Sprintf("scid_%d", i), title: "Title", category: []string{"Identity", "Device", "Apps"}[i%3],
			rank: int64(i), max: float64(i % 10), threats: texts{"elevationOfPrivilege", "accountBreach"},
			vendor: provider{"SecureScore", "Microsoft"},
		}
		if i%2 == 0 {
			rows[i].id = fmt.Sprintf("aad_%d", i)
		}
	}
	return rows
}

func BenchmarkMatch300(b *testing.B) {
	rows := catalogue()
	e, err := odata.ParseFilter(profiles(), typical)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		found := 0
		for _, r := range rows {
			if odata.Match(e, r) {
				found++
			}
		}
		if found != 20 {
			b.Fatalf("%d found", found)
		}
	}
}

func BenchmarkSort300(b *testing.B) {
	rows := catalogue()
	keys, err := odata.ParseOrderBy(profiles(), "maxScore desc,id")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		slices.SortFunc(slices.Clone(rows), func(x, y *profile) int { return odata.Compare(keys, x, y) })
	}
}

func BenchmarkParseFilter(b *testing.B) {
	schema := profiles()
	long := strings.TrimSuffix(strings.Repeat("id eq 'scid_2016' or ", 1000), " or ")
	for name, text := range map[string]string{"typical": typical, "1000 conditions": long, "too many": strings.Repeat("id eq '' or ", 5000)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := odata.ParseFilter(schema, text); (err == nil) != (name != "too many") {
					b.Fatal(err)
				}
			}
		})
	}
}
