// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// renamed returns the value with all member names passed through rename. Two
// names of one object that become equal both get a suffix ("enabled#1",
// "enabled#2"): nothing is lost, and nobody guesses which one is meant.
func renamed(raw jsontext.Value, rename func(string) string) (jsontext.Value, error) {
	out, err := rewrite(raw, func(_ *jsontext.Decoder, name string) string { return rename(name) })
	if err != nil {
		return nil, err
	}
	if err := check(out); errors.Is(err, jsontext.ErrDuplicateName) {
		return apart(raw, rename)
	}
	return out, nil
}

// apart is renamed for a value in which names become equal, which no export
// that ScubaGear wrote holds.
func apart(raw jsontext.Value, rename func(string) string) (jsontext.Value, error) {
	place := func(in *jsontext.Decoder, name string) string {
		return string(in.StackPointer().Parent()) + "\x00" + rename(name)
	}
	count, given := make(map[string]int), make(map[string]int)
	own := make(map[string]bool)
	_, err := rewrite(raw, func(in *jsontext.Decoder, name string) string {
		count[place(in, name)]++
		own[place(in, name)] = true
		return name
	})
	if err != nil {
		return nil, err
	}
	return rewrite(raw, func(in *jsontext.Decoder, name string) string {
		at := place(in, name)
		if count[at] < 2 {
			return rename(name)
		}
		for {
			given[at]++
			suffix := "#" + strconv.Itoa(given[at])
			if !own[at+suffix] {
				return rename(name) + suffix
			}
		}
	})
}

// rewrite copies the value and replaces each member name by what name returns.
// The decoder stands behind the name that is asked about.
func rewrite(raw jsontext.Value, name func(in *jsontext.Decoder, old string) string) (jsontext.Value, error) {
	in := jsontext.NewDecoder(bytes.NewBuffer(raw))
	out := make([]byte, 0, len(raw))
	copied := int64(0)
	for {
		kind, count := in.StackIndex(in.StackDepth())
		if in.StackDepth() == 0 && count > 0 {
			return append(out, raw[copied:]...), nil
		}
		if kind != jsontext.KindBeginObject || count%2 != 0 || in.PeekKind() != jsontext.KindString {
			if _, err := in.ReadToken(); err != nil {
				return nil, err
			}
			continue
		}
		quoted, err := in.ReadValue()
		if err != nil {
			return nil, err
		}
		old, _ := unquote(quoted) // the decoder has checked it
		end := in.InputOffset()
		start := end - int64(len(quoted))
		next := name(in, old)
		if next == old {
			continue
		}
		out = append(out, raw[copied:start]...)
		if out, err = jsontext.AppendQuote(out, next); err != nil {
			return nil, err
		}
		copied = end
	}
}
