// SPDX-License-Identifier: Apache-2.0

package bearer_test

import (
	"crypto/rand"
	"crypto/rsa"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"securescore/internal/access/bearer"
)

// An access token that was seen before, one that was not, and one of our own.
func BenchmarkRead(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	bench := newBench(b, nil)
	bench.provider.Use(key, jose.RS256)
	token := header(bench.provider.Sign(b, bench.delegated(nil), ""))
	read := func(b *testing.B, r *bearer.Reader) {
		b.Helper()
		if _, err := r.Read(b.Context(), token); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("seen", func(b *testing.B) {
		for b.Loop() {
			read(b, bench.reader)
		}
	})
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			read(b, bench.forgetful())
		}
	})
	made, _, _, err := bearer.New(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	token = header(made)
	b.Run("own", func(b *testing.B) {
		for b.Loop() {
			read(b, bench.reader)
		}
	})
}
