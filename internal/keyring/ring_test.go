// SPDX-License-Identifier: Apache-2.0

package keyring_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/keyring"
	"securescore/internal/posture"
)

func at() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func made(t *testing.T) *keyring.Ring { t.Helper(); return must(keyring.New(at()))(t) }

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// After a rotation the new key writes and both read; after the old one is
// retired, what it wrote is gone.
func TestRotation(t *testing.T) {
	t.Parallel()
	first := made(t)
	sealed, proof := must(first.Seal([]byte("text"), "a"))(t), must(first.Prove())(t)
	derived := must(first.Derive("pages"))(t)
	second := must(first.Rotate(at().AddDate(0, 1, 0)))(t)
	if got := must(second.Open(sealed, "a"))(t); string(got) != "text" {
		t.Errorf("got %q", got)
	}
	if fits, inUse := second.Fits(proof); !fits || inUse {
		t.Errorf("an old proof: fits %t, in use %t", fits, inUse)
	}
	if fits, inUse := second.Fits(must(second.Prove())(t)); !fits || !inUse {
		t.Errorf("a new proof: fits %t, in use %t", fits, inUse)
	}
	both := must(second.Derive("pages"))(t)
	if len(both) != 2 || !bytes.Equal(both[1], derived[0]) || bytes.Equal(both[0], derived[0]) {
		t.Errorf("got %x after %x", both, derived)
	}
	old := second.Generations()[0].ID
	third := must(second.Retire(old))(t)
	if _, err := third.Open(sealed, "a"); !errors.Is(err, keyring.ErrForeign) {
		t.Errorf("sealed by a retired key: got %v", err)
	}
	if fits, _ := third.Fits(proof); fits {
		t.Error("the proof of a retired key fits")
	}
	if got := must(third.Derive("pages"))(t); len(got) != 1 || !bytes.Equal(got[0], both[0]) {
		t.Errorf("got %x, want only %x", got, both[0])
	}
	if _, err := third.Retire(old); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("twice: got %v", err)
	}
	if _, err := third.Retire(third.Generations()[0].ID); !errors.Is(err, posture.ErrConflict) {
		t.Errorf("the one in use: got %v", err)
	}
}

// A process that knows a prepared key reads what one that uses it has written.
func TestPreparedKeysReadOnly(t *testing.T) {
	t.Parallel()
	prepared := must(made(t).Prepare(at()))(t)
	rotated := must(prepared.Rotate(at()))(t)
	if diff := cmp.Diff([]bool{true, false}, uses(prepared)); diff != "" {
		t.Errorf("prepared (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]bool{false, true}, uses(rotated)); diff != "" {
		t.Errorf("rotated (-want +got):\n%s", diff)
	}
	if got := must(prepared.Open(must(rotated.Seal([]byte("new"), "a"))(t), "a"))(t); string(got) != "new" {
		t.Errorf("got %q", got)
	}
	if fits, inUse := prepared.Fits(must(rotated.Prove())(t)); !fits || inUse {
		t.Errorf("got fits %t, in use %t", fits, inUse)
	}
	was, is := must(prepared.Signer())(t), must(rotated.Signer())(t)
	if was.Equal(is) || !rotated.Generations()[1].Signer.Equal(is.Public()) {
		t.Error("the signer is not that of the generation in use")
	}
}

func uses(r *keyring.Ring) (list []bool) {
	for _, g := range r.Generations() {
		list = append(list, g.InUse)
	}
	return list
}

func TestSealing(t *testing.T) {
	t.Parallel()
	r := made(t)
	sealed := must(r.Seal([]byte("text"), "a"))(t)
	if bytes.Contains(sealed, []byte("text")) {
		t.Error("it can be read")
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"for something else": func() ([]byte, error) { return r.Open(sealed, "b") },
		"changed":            func() ([]byte, error) { return r.Open(changed, "a") },
		"cut":                func() ([]byte, error) { return r.Open(sealed[:4], "a") },
		"by another ring":    func() ([]byte, error) { return made(t).Open(sealed, "a") },
	} {
		if got, err := open(); !errors.Is(err, keyring.ErrForeign) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if keys := must(r.Derive("a"))(t); len(keys[0]) != 32 || bytes.Equal(keys[0], must(r.Derive("b"))(t)[0]) {
		t.Error("two purposes have the same key")
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config", "keys")
	if _, err := keyring.Load(path); !errors.Is(err, posture.ErrNotFound) {
		t.Fatalf("got %v", err)
	}
	r := must(made(t).Prepare(at().AddDate(0, 0, 1)))(t)
	if err := keyring.Create(path, r); err != nil {
		t.Fatal(err)
	}
	if err := keyring.Create(path, made(t)); !errors.Is(err, posture.ErrConflict) {
		t.Errorf("a second time: got %v", err)
	}
	same(t, path, r)
	rotated := must(r.Rotate(at()))(t)
	if err := keyring.Replace(path, rotated); err != nil {
		t.Fatal(err)
	}
	same(t, path, rotated)
	for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
		if info := must(os.Stat(name))(t); info.Mode() != mode {
			t.Errorf("%s: got mode %s, want %s", name, info.Mode(), mode)
		}
	}
	if left := must(os.ReadDir(filepath.Dir(path)))(t); len(left) != 1 {
		t.Errorf("files were left behind: %v", left)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o660} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := keyring.Load(path); !errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: got %v", mode, err)
		}
	}
	if _, err := keyring.Load(filepath.Dir(path)); !errors.Is(err, posture.ErrInvalid) {
		t.Errorf("a folder: got %v", err)
	}
}

// same compares a ring with what a file holds.
func same(t *testing.T, path string, want *keyring.Ring) {
	t.Helper()
	got := must(keyring.Load(path))(t)
	if diff := cmp.Diff(want.Generations(), got.Generations()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(must(want.Derive("a"))(t), must(got.Derive("a"))(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !must(want.Signer())(t).Equal(must(got.Signer())(t)) {
		t.Error("the signer is another one")
	}
}

// Of several processes that start for the first time, one makes the keys.
func TestOneOfManyCreates(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	results := make(chan error, 8)
	var all sync.WaitGroup
	for range cap(results) {
		all.Go(func() { results <- keyring.Create(path, made(t)) })
	}
	all.Wait()
	close(results)
	wins := 0
	for err := range results {
		if err == nil {
			wins++
		} else if !errors.Is(err, posture.ErrConflict) {
			t.Error(err)
		}
	}
	if wins != 1 {
		t.Errorf("%d have made the file", wins)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	good := string(must(made(t).Text())(t))
	other := string(must(must(made(t).Prepare(at()))(t).Text())(t))
	part := func(text, name string) string { // one member, with its value
		_, rest, _ := strings.Cut(text, `"`+name+`":`)
		value, _, _ := strings.Cut(rest, "\n  },")
		return value
	}
	for name, text := range map[string]string{
		"nothing":                "",
		"no JSON":                "keys",
		"no keys":                `{"securescore":1,"made":[],"seal":{},"derive":{},"sign":{}}`,
		"a newer form":           strings.Replace(good, `"securescore": 1`, `"securescore": 2`, 1),
		"an unknown member":      strings.Replace(good, `"securescore": 1`, `"securescore": 1, "more": 1`, 1),
		"cut short":              good[:len(good)/2],
		"a time too many":        strings.Replace(good, `"made": [`, `"made": ["2026-01-01T00:00:00Z",`, 1),
		"sets of different size": strings.Replace(good, part(good, "seal"), part(other, "seal"), 1),
		"keys of another kind":   strings.Replace(good, part(good, "seal"), part(good, "derive"), 1),
	} {
		if text == good {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := keyring.Parse([]byte(text)); !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
