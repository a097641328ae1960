// SPDX-License-Identifier: Apache-2.0

package bearer_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"securescore/internal/access/bearer"
	"securescore/internal/access/refusal"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

func header(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

func TestTokensOfOurOwn(t *testing.T) {
	t.Parallel()
	r := bearer.NewReader(bearer.Config{})
	shape := regexp.MustCompile(`^sst_[0-9A-Za-z]{10}_[0-9A-Za-z]{49}$`)
	seen := map[string]bool{}
	for range 50 {
		token, id, hash, err := bearer.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if !shape.MatchString(token) || !strings.HasPrefix(token, "sst_"+id+"_") || seen[token] || seen[id] || seen[hash] {
			t.Fatalf("got %q, %q, %q", token, id, hash)
		}
		if !ledger.Actor("token:" + id).Valid() {
			t.Errorf("%s is no actor", id)
		}
		seen[token], seen[id], seen[hash] = true, true, true
		got, err := r.Read(t.Context(), header(token))
		if err != nil || got.Own == nil || got.Own.ID != id || got.Own.Hash != hash || got.Person != nil || got.Application != nil || got.Scope != "" {
			t.Fatalf("read %s: got %+v, %v", token, got, err)
		}
	}
}

// The format is for others too: it must not change unseen.
func TestTheChecksumIsStable(t *testing.T) {
	t.Parallel()
	token, id, _, err := bearer.New(bytes.NewReader(make([]byte, 100)))
	if err != nil || id != "0000000000" || token != "sst_0000000000_"+strings.Repeat("0", 43)+"1tMc1g" {
		t.Errorf("got %s, %v", token, err)
	}
}

func TestATokenNeedsRandomness(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 9, 20} {
		if token, _, _, err := bearer.New(bytes.NewReader(make([]byte, n))); !errors.Is(err, io.EOF) || token != "" {
			t.Errorf("%d bytes: got %q, %v, want io.EOF", n, token, err)
		}
	}
	// Bytes that would make some digits likelier are left out.
	if _, id, _, err := bearer.New(bytes.NewReader(append(bytes.Repeat([]byte{0xff, 248}, 60), make([]byte, 53)...))); err != nil || id != "0000000000" {
		t.Errorf("got %q, %v", id, err)
	}
}

func TestTypingErrorsAreSeen(t *testing.T) {
	t.Parallel()
	r := bearer.NewReader(bearer.Config{})
	token, _, _, err := bearer.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4; i < len(token); i++ {
		other := []byte(token)
		other[i] = '0'
		if token[i] == '0' {
			other[i] = '1'
		}
		refused(t, r, string(other), "API token")
	}
	swapped := []byte(token)
	for i := 20; i < 60; i++ {
		if swapped[i] != swapped[i+1] {
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			break
		}
	}
	refused(t, r, string(swapped), "checksum")
	refused(t, r, token[:len(token)-1], "63 characters instead of 64")
	refused(t, r, token+"0", "65 characters")
	refused(t, r, "sst_", "4 characters")
	refused(t, r, strings.ToLower(token)+"", "")
	refused(t, r, "sst_"+strings.Repeat("é", 30), "characters that no API token has")
}

func refused(t *testing.T, r *bearer.Reader, token, why string) {
	t.Helper()
	refusedAs(t, r, token, why, posture.ErrUnauthenticated)
}

func refusedAs(t *testing.T, r *bearer.Reader, token, why string, kind error) {
	t.Helper()
	got, err := r.Read(t.Context(), header(token))
	if !errors.Is(err, kind) || !strings.Contains(refusal.Why(err), why) {
		t.Errorf("%.40q: got %+v, %v, want a refusal: %s", token, got, err, why)
		if err != nil {
			t.Log(refusal.Why(err))
		}
	}
	if err != nil && strings.Contains(err.Error(), why) && why != "" {
		t.Errorf("%.40q: the answer tells why: %v", token, err)
	}
}

func TestHeadersWithoutAToken(t *testing.T) {
	t.Parallel()
	r := bearer.NewReader(bearer.Config{})
	for why, h := range map[string]http.Header{
		"no header":            {"Cookie": {"x=sst_"}},
		"no header Auth":       {"Authorization": {""}},
		"2 headers":            {"Authorization": {"Bearer a", "Bearer b"}},
		"another scheme":       {"Authorization": {"Basic YTpi"}},
		`scheme, "Bearer\tx"`:  {"Authorization": {"Bearer\tx"}},
		"is empty":             {"Authorization": {"Bearer "}},
		"token is empty":       {"Authorization": {"Bearer"}},
		"more than a token":    {"Authorization": {"Bearer " + strings.Repeat("a", 16<<10+1)}},
		"no issuer is config":  {"Authorization": {"bearer x"}},
		"no API token, and no": {"Authorization": {"BEARER  SST_x"}},
	} {
		_, err := r.Read(t.Context(), h)
		if !errors.Is(err, posture.ErrUnauthenticated) || !strings.Contains(refusal.Why(err), why) {
			t.Errorf("%v: got %v (%s), want a refusal: %s", h, err, refusal.Why(err), why)
		}
	}
}

func FuzzOwn(f *testing.F) {
	token, _, _, err := bearer.New(bytes.NewReader(make([]byte, 100)))
	if err != nil {
		f.Fatal(err)
	}
	r := bearer.NewReader(bearer.Config{})
	f.Add("Bearer " + token)
	f.Add("Bearer sst__" + token[5:])
	f.Fuzz(func(t *testing.T, value string) {
		got, err := r.Read(t.Context(), http.Header{"Authorization": {value}})
		if err == nil && (got.Own == nil || len(got.Own.ID) != 10 || len(got.Own.Hash) != 64 || !strings.Contains(value, "sst_"+got.Own.ID+"_")) {
			t.Fatalf("%q: got %+v", value, got)
		}
		if err != nil && !errors.Is(err, posture.ErrUnauthenticated) {
			t.Fatalf("%q: got %v", value, err)
		}
	})
}
