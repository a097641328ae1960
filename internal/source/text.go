// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// Faults of the text of a file.
var (
	ErrEncoding = errors.New("is not UTF-8 text")
	ErrDepth    = errors.New("lists and objects are nested too deeply")
	ErrTruncate = errors.New("the file ends in the middle of a value")
)

const reexport = "copy the file again from where it was made, or export it again"

// Text is the content of a file as UTF-8 without a byte order mark.
type Text struct {
	File  string
	Bytes []byte

	skipped int64 // bytes before the first character
	wide    bool  // the file was UTF-16
}

// Decode turns the content of a file into UTF-8. It takes UTF-8 with or
// without a byte order mark and UTF-16 with one, which is what Windows
// PowerShell writes unless it is told otherwise. UTF-8 content is not copied.
func Decode(file string, data []byte) (*Text, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return notBlank(&Text{File: file, Bytes: data[3:], skipped: 3})
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE, 0, 0}) || bytes.HasPrefix(data, []byte{0, 0, 0xFE, 0xFF}):
		return nil, encoding(file, "UTF-32")
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return fromUTF16(file, data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return fromUTF16(file, data[2:], binary.BigEndian)
	case len(data) > 1 && (data[0] == 0 || data[1] == 0):
		return nil, encoding(file, "UTF-16 without a byte order mark")
	}
	return notBlank(&Text{File: file, Bytes: data})
}

func notBlank(t *Text) (*Text, error) {
	if len(bytes.TrimLeft(t.Bytes, " \t\r\n")) == 0 {
		return nil, fault(t.File, "export it again", ErrEmpty)
	}
	return t, nil
}

func encoding(file, seen string) error {
	return fault(file, "save it again as UTF-8, in PowerShell with: Set-Content -Encoding utf8", fmt.Errorf("%w but looks like %s", ErrEncoding, seen))
}

func fromUTF16(file string, data []byte, order binary.ByteOrder) (*Text, error) {
	if len(data)%2 != 0 {
		return nil, &posture.InputError{File: file, Offset: int64(len(data)) + 1, Advice: reexport, Cause: ErrTruncate}
	}
	out := make([]byte, 0, len(data)/2+len(data)/16)
	for i := 0; i < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if i+3 < len(data) {
				low = rune(order.Uint16(data[i+2:]))
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return notBlank(&Text{File: file, Bytes: out, skipped: 2, wide: true})
}

// Offset is the place in the file of a byte of the text.
func (t *Text) Offset(at int64) int64 {
	if !t.wide {
		return t.skipped + at
	}
	units := int64(0)
	for rest := t.Bytes[:min(at, int64(len(t.Bytes)))]; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		units += int64(max(utf16.RuneLen(r), 1))
		rest = rest[size:]
	}
	return t.skipped + 2*units
}

// Line is the number of the line, from 1, that a byte of the text stands on.
func (t *Text) Line(at int64) int {
	return 1 + bytes.Count(t.Bytes[:min(at, int64(len(t.Bytes)))], []byte{'\n'})
}

// Fault places an error of the JSON reader, met in a part of the text that
// starts at base, in the file. The data set may be empty.
func (t *Text) Fault(dataSet string, base int64, err error) *posture.InputError {
	at, cause, advice := base, err, "mend the file at that place, or export it again"
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntax):
		at, cause = base+syntax.ByteOffset, syntax.Err
		if errors.Is(cause, jsontext.ErrDuplicateName) {
			cause = fmt.Errorf("%w %.60q", cause, syntax.JSONPointer.LastToken())
		}
	case errors.As(err, &semantic):
		at, cause = base+semantic.ByteOffset, meaning(semantic)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		at, cause, advice = int64(len(t.Bytes)), ErrTruncate, reexport
	}
	return &posture.InputError{
		File: t.File, DataSet: dataSet, Offset: t.Offset(at), Advice: advice,
		Cause: fmt.Errorf("line %d: %w", t.Line(at), cause),
	}
}

// Noun names a kind of JSON value for people: "a list", "text".
func Noun(k jsontext.Kind) string {
	switch k {
	case jsontext.KindBeginObject:
		return "an object"
	case jsontext.KindBeginArray:
		return "a list"
	case jsontext.KindString:
		return "text"
	case jsontext.KindNumber:
		return "a number"
	default:
		return k.String()
	}
}

// meaning tells a value of the wrong type in words without Go's type names.
func meaning(e *json.SemanticError) error {
	cause := e.Err
	if cause == nil {
		cause = fmt.Errorf("%s does not fit here", Noun(e.JSONKind))
	}
	return fmt.Errorf("%s: %w", posture.Printable(string(e.JSONPointer)), cause)
}

// CheckDepth reports the first place where values are nested deeper than the
// limit. It looks at brackets only, so that it can run before anything else.
func (t *Text) CheckDepth(limit int) error {
	depth, quoted := 0, false
	for i := 0; i < len(t.Bytes); i++ {
		switch c := t.Bytes[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			if depth > limit {
				return t.Fault("", int64(i), fmt.Errorf("%w, more than %d levels", ErrDepth, limit))
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
