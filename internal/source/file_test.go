// SPDX-License-Identifier: Apache-2.0

package source_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/source"
	"securescore/internal/source/sourcetest"
)

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	t.Parallel()
	want := bytes.Repeat([]byte("0123456789"), 100_000)
	path := write(t, t.TempDir(), "a.json", want)
	got, err := source.Read(path, source.Limits{Bytes: int64(len(want))})
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes, %v; want %d", len(got), err, len(want))
	}
	_, err = source.Read(path, source.Limits{Bytes: int64(len(want)) - 1})
	sourcetest.Clear(t, err, path)
	if !errors.Is(err, source.ErrTooLarge) {
		t.Errorf("one byte over the limit: got %v", err)
	}
	// A file whose size is not known before it is read.
	if data, err := source.Read(os.DevNull, source.DefaultLimits()); !errors.Is(err, source.ErrEmpty) {
		t.Errorf("null device: got %q, %v", data, err)
	}
	if endless := "/dev/zero"; exists(endless) {
		if _, err := source.Read(endless, source.Limits{Bytes: 1 << 16}); !errors.Is(err, source.ErrTooLarge) {
			t.Errorf("endless device: got %v", err)
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestReadDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := source.Read(dir, source.DefaultLimits())
	sourcetest.Clear(t, err, dir)
	inside := write(t, dir, "ScubaResults_1.json", []byte("{}"))
	_, err = source.Read(dir, source.DefaultLimits())
	if err == nil || !strings.Contains(err.Error(), inside) {
		t.Errorf("got %v, want it to name %s", err, inside)
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cause, kind error
		says        string
	}{
		{fs.ErrPermission, posture.ErrForbidden, "may read the file"},
		{fs.ErrNotExist, posture.ErrNotFound, "check the path"},
		{errors.New("input/output error"), posture.ErrInvalid, "local disk"},
	} {
		err := source.Unreadable("x.json", &fs.PathError{Op: "open", Path: "x.json", Err: test.cause})
		sourcetest.Clear(t, err, "x.json")
		if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.says) || strings.Count(err.Error(), "x.json") != 1 {
			t.Errorf("%v: got %v", test.cause, err)
		}
	}
	if os.Getuid() == 0 {
		return // nothing is refused to this user
	}
	path := write(t, t.TempDir(), "a.json", []byte("{}"))
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := source.Read(path, source.DefaultLimits()); !errors.Is(err, posture.ErrForbidden) {
		t.Errorf("file without permissions: got %v", err)
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	format := func(kind source.Kind, begin string) source.Format {
		return source.Format{Kind: kind, Title: "a " + string(kind), Recognise: func(text []byte) bool { return bytes.HasPrefix(text, []byte(begin)) }}
	}
	r := source.NewRegistry(format("cat", "meow"), format("cow", "m"))
	dir := t.TempDir()
	for _, test := range []struct {
		text string
		kind source.Kind
	}{{"meow", "cat"}, {"moo", "cow"}, {"\xff\xfem\x00o\x00", "cow"}} {
		path := write(t, dir, test.text[:1]+string(test.kind), []byte(test.text))
		f, err := r.Open(path, source.DefaultLimits())
		if err != nil || f.Kind != test.kind || f.Path != path || string(f.Data) != test.text {
			t.Errorf("%q: got %+v, %v", test.text, f, err)
		}
	}
	path := write(t, dir, "dog", []byte("woof"))
	_, err := r.Open(path, source.DefaultLimits())
	sourcetest.Clear(t, err, path)
	if err == nil || !strings.Contains(err.Error(), "a cat, a cow") {
		t.Errorf("got %v, want it to list what can be read", err)
	}
}
