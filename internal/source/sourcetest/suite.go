// SPDX-License-Identifier: Apache-2.0

package sourcetest

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
	"securescore/internal/source"
)

// Subject is a source of files under test. Read returns what was read in a
// form that go-cmp can compare.
type Subject struct {
	Format source.Format
	Good   []byte // a small valid file in UTF-8 without a byte order mark
	Read   func(name string, data []byte) (any, error)
}

// Run runs the suite.
func Run(t *testing.T, s Subject) {
	t.Helper()
	t.Run("bad text", s.badText)
	t.Run("bad file", s.badFile)
	t.Run("every encoding", s.encodings)
	t.Run("truncated anywhere", s.truncated)
	t.Run("one byte changed anywhere", s.changed)
	t.Run("recognised", s.recognised)
}

func (s Subject) badText(t *testing.T) {
	t.Parallel()
	good := string(s.Good)
	tests := map[string]struct {
		text string
		want string // part of the error
	}{
		"empty":                {"", "is empty"},
		"blank":                {" \r\n\t ", "is empty"},
		"only a mark":          {"\xef\xbb\xbf", "is empty"},
		"a list of lists":      {"[[]]", ""},
		"a string":             {`"text"`, ""},
		"a number":             {"17", ""},
		"null":                 {"null", ""},
		"an empty object":      {"{}", ""},
		"foreign JSON":         {`{"version":"2.1.0","runs":[]}`, ""},
		"no JSON":              {"<html><body>Sign in</body></html>", ""},
		"binary":               {"PK\x03\x04\x14\x00\x00\x00", ""},
		"more behind":          {good + "{}", "more text after the end"},
		"UTF-16 without mark":  {"{\x00\"\x00a\x00\"\x00", "Set-Content -Encoding utf8"},
		"UTF-32":               {"\xff\xfe\x00\x00{\x00\x00\x00", "UTF-32"},
		"half a UTF-16 letter": {"\xff\xfe{\x00\"", "ends in the middle"},
		"nested lists":         {strings.Repeat("[", 200_000), "nested too deeply"},
		"nested objects":       {strings.Repeat(`{"a":`, 200_000), "nested too deeply"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := s.Read("bad.json", []byte(test.text))
			Clear(t, err, "bad.json")
			if err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, want it to say %q", err, test.want)
			}
		})
	}
}

func (s Subject) badFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := filepath.Join(dir, "good.json")
	if err := os.WriteFile(good, s.Good, 0o600); err != nil {
		t.Fatal(err)
	}
	registry := source.NewRegistry(s.Format)
	small := source.Limits{Bytes: int64(len(s.Good)) - 1, Depth: 128}
	tests := map[string]struct {
		path   string
		limits source.Limits
		want   error
	}{
		"no such file": {filepath.Join(dir, "none.json"), source.DefaultLimits(), posture.ErrNotFound},
		"a directory":  {dir, source.DefaultLimits(), source.ErrDirectory},
		"too large":    {good, small, source.ErrTooLarge},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := registry.Open(test.path, test.limits)
			Clear(t, err, test.path)
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

func (s Subject) encodings(t *testing.T) {
	t.Parallel()
	want, err := s.Read("good.json", s.Good)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"UTF-8 with mark":      append([]byte("\xef\xbb\xbf"), s.Good...),
		"UTF-16 little endian": wide(s.Good, binary.LittleEndian),
		"UTF-16 big endian":    wide(s.Good, binary.BigEndian),
	} {
		got, err := s.Read("good.json", data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: read differently (-want +got):\n%s", name, diff)
		}
		if kind, err := source.NewRegistry(s.Format).Detect("good.json", data); err != nil || kind != s.Format.Kind {
			t.Errorf("%s: got kind %q, %v", name, kind, err)
		}
	}
}

func wide(text []byte, order binary.AppendByteOrder) []byte {
	out := order.AppendUint16(nil, 0xFEFF)
	for _, unit := range utf16.Encode([]rune(string(text))) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

// truncated cuts the file at every byte: what is left is never read as whole.
func (s Subject) truncated(t *testing.T) {
	t.Parallel()
	for n := range len(strings.TrimRight(string(s.Good), " \r\n")) {
		_, err := s.Read("cut.json", s.Good[:n])
		Clear(t, err, "cut.json")
	}
}

// changed spoils every byte in turn. The file may still be one; it must not
// panic and an error must be clear.
func (s Subject) changed(t *testing.T) {
	t.Parallel()
	for i := range s.Good {
		for _, c := range []byte{0, '"', '{', ']', 0xff} {
			data := append([]byte(nil), s.Good...)
			data[i] = c
			if _, err := s.Read("bad.json", data); err != nil {
				Clear(t, err, "bad.json")
			}
			s.Format.Recognise(data)
		}
	}
}

func (s Subject) recognised(t *testing.T) {
	t.Parallel()
	if !s.Format.Recognise(s.Good) {
		t.Error("the good file is not recognised")
	}
	for _, foreign := range []string{"", "[]", "{}", `{"value":[]}`, `{"value":[{"id":"1"}]}`, "17", "<html>", `{"runs":[]}`} {
		if s.Format.Recognise([]byte(foreign)) {
			t.Errorf("%q is taken for %s", foreign, s.Format.Title)
		}
	}
}

// Clear checks that err is one line that names the file, says what is wrong
// and what to do.
func Clear(t *testing.T, err error, file string) {
	t.Helper()
	if err == nil {
		t.Error("got no error")
		return
	}
	var input *posture.InputError
	switch {
	case !errors.As(err, &input):
		t.Errorf("got %T (%v), want a *posture.InputError", err, err)
	case !errors.Is(err, posture.ErrInvalid):
		t.Errorf("%v: does not wrap posture.ErrInvalid", err)
	case input.File != file || !strings.HasPrefix(err.Error(), file+": "):
		t.Errorf("%v: does not name the file %s", err, file)
	case input.Advice == "" || input.Cause == nil:
		t.Errorf("%v: has no advice or no cause", err)
	case strings.ContainsAny(err.Error(), "\r\n"):
		t.Errorf("%q: is more than one line", err)
	}
}
