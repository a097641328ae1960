// SPDX-License-Identifier: Apache-2.0

package source_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/source"
	"securescore/internal/source/sourcetest"
)

func utf16le(text string) []byte {
	out := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

func TestOffset(t *testing.T) {
	t.Parallel()
	const text = "{\n\"ż🏔\": x}"
	place := int64(strings.Index(text, "x"))
	for name, test := range map[string]struct {
		data []byte
		want int64
	}{
		"UTF-8":           {[]byte(text), place},
		"UTF-8 with mark": {[]byte("\xef\xbb\xbf" + text), place + 3},
		"UTF-16":          {utf16le(text), int64(len(utf16le(text[:place])))},
	} {
		decoded, err := source.Decode("a.json", test.data)
		if err != nil {
			t.Fatal(err)
		}
		if string(decoded.Bytes) != text {
			t.Errorf("%s: got %q", name, decoded.Bytes)
		}
		fault := decoded.Fault("set", place, errors.New("is bad"))
		sourcetest.Clear(t, fault, "a.json")
		if fault.Offset != test.want || !strings.Contains(fault.Error(), "line 2") {
			t.Errorf("%s: got %v, want byte %d and line 2", name, fault, test.want)
		}
	}
}

func TestLoneSurrogates(t *testing.T) {
	t.Parallel()
	for _, units := range [][]byte{{0x00, 0xD8}, {0x00, 0xDC}, {0x00, 0xD8, 'a', 0}} {
		text, err := source.Decode("a.json", append([]byte{0xFF, 0xFE}, units...))
		if err != nil || !strings.HasPrefix(string(text.Bytes), "\ufffd") || !utf8.Valid(text.Bytes) {
			t.Errorf("% x: got %q, %v", units, text.Bytes, err)
		}
	}
}

func TestCheckDepth(t *testing.T) {
	t.Parallel()
	for text, fine := range map[string]bool{
		`[[[]]]`:                true,
		`[[[[]]]]`:              false,
		`[[{"a":[]}]]`:          false,
		`["[[[[[","\"[[[[["]`:   true,
		`[[],[],[],[],[[]]]`:    true,
		`{"a":{"b":{"c":"}"}}}`: true,
	} {
		decoded, err := source.Decode("a.json", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := decoded.CheckDepth(3); (err == nil) != fine {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a":1,"b":[1, 2],"a":{"x":"\ud800"}}`: `a@5=1 b@11=[1, 2] a@22={"x":"\ud800"} `,
		`{}`:                                    "",
		`[]`:                                    "error",
		`{"a":1`:                                "error",
		`{"a":1} x`:                             "error",
		`{"a":1}` + "\n":                        "a@5=1 ",
		`{"a"}`:                                 "error",
	} {
		got := &strings.Builder{}
		err := source.Members([]byte(text), func(name string, value jsontext.Value, at int64) error {
			if !bytes.HasPrefix([]byte(text)[at:], value) {
				t.Errorf("%s: %s does not stand at %d", text, value, at)
			}
			fmt.Fprintf(got, "%s@%d=%s ", name, at, value)
			return nil
		})
		result := got.String()
		if err != nil {
			result = "error"
		}
		if result != want {
			t.Errorf("%s: got %q (%v), want %q", text, result, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"\""}]}`))
	f.Add(utf16le(`{"ż🏔":1}`))
	f.Add([]byte("\xef\xbb\xbf{}"))
	f.Add([]byte("\xfe\xff\x00{\x00}\xd8\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := source.Decode("a.json", data)
		if err != nil {
			sourcetest.Clear(t, err, "a.json")
			return
		}
		if err := text.CheckDepth(16); err != nil {
			sourcetest.Clear(t, err, "a.json")
		}
		_ = source.Items(text.Bytes, func(item jsontext.Value, at int64) error {
			if !bytes.Equal(text.Bytes[at:at+int64(len(item))], item) {
				t.Errorf("an item does not stand at %d", at)
			}
			return nil
		})
		if end := text.Offset(int64(len(text.Bytes))); utf8.Valid(data) && end != int64(len(data)) {
			t.Errorf("the end of the text is at %d of %d", end, len(data))
		}
	})
}
