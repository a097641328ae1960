// SPDX-License-Identifier: Apache-2.0

package odata_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"securescore/internal/odata"
	"securescore/internal/odata/odatatest"
	"securescore/internal/posture"
)

// aFault holds that an error has a place inside of its text and words.
func aFault(t *testing.T, err error) {
	t.Helper()
	var fault *odata.SyntaxError
	if !errors.As(err, &fault) || !errors.Is(err, posture.ErrInvalid) {
		t.Fatalf("%T: %v", err, err)
	}
	if fault.Position < 1 || fault.Position > utf8.RuneCountInString(fault.Text)+1 || fault.Message == "" || fault.Option == "" {
		t.Fatalf("a fault without a place or a word: %+v", fault)
	}
	fault.Caret()
}

// FuzzFilter holds that any text is a fault with a place, or a filter that
// prints to itself and can be asked of any row.
func FuzzFilter(f *testing.F) {
	for _, c := range goodFilters() {
		f.Add(c.text)
	}
	for _, c := range badFilters() {
		if len(c.text) < 1000 {
			f.Add(c.text)
		}
	}
	schemas := []*odata.Schema{scores(), profiles(), odatatest.Thing()}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range schemas {
			e, err := odata.ParseFilter(s, text)
			if err != nil {
				aFault(t, err)
				continue
			}
			odata.Match(e, odatatest.Row{})
			printed := e.String()
			if len(printed) > odata.MaxText {
				continue
			}
			again, err := odata.ParseFilter(s, printed)
			if err != nil || again.String() != printed {
				t.Fatalf("%q printed as %q, then %v, %v", text, printed, again, err)
			}
		}
	})
}

// FuzzQuery holds that any query string is a fault with a place, or a query
// whose next link asks for the same.
func FuzzQuery(f *testing.F) {
	for raw := range goodQueries() {
		f.Add(raw)
	}
	for _, c := range badQueries() {
		if len(c.raw) < 1000 {
			f.Add(c.raw)
		}
	}
	s := scores()
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := odata.Parse(s, raw)
		if err != nil {
			aFault(t, err)
			return
		}
		next := q.Next("x")
		if len(next) > odata.MaxText {
			return
		}
		again, err := odata.Parse(s, next)
		if err != nil || again.Next("x") != next {
			t.Fatalf("%q gives %q, then %+v, %v", raw, next, again, err)
		}
	})
}

// FuzzToken holds that no text is a token but those that the key made.
func FuzzToken(f *testing.F) {
	key := []byte("a key of the test")
	q := odata.Query{Count: true}
	for _, position := range []string{"", "7", "2025-01-01|\x00"} {
		token, err := odata.NewToken(key, &q, inScope, position)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(token, position)
	}
	f.Add("AQ", "")
	f.Fuzz(func(t *testing.T, token, position string) {
		q := odata.Query{Count: true, SkipToken: token}
		got, err := odata.ReadToken([][]byte{key}, &q, inScope)
		if err != nil {
			aFault(t, err)
		} else if made, err := odata.NewToken(key, &q, inScope, got); err != nil || made != token {
			t.Fatalf("%q was read as %q, which makes %q, %v", token, got, made, err)
		}
		made, err := odata.NewToken(key, &q, inScope, position)
		if err != nil {
			return
		}
		q.SkipToken = made
		if got, err := odata.ReadToken([][]byte{key}, &q, inScope); err != nil || got != position {
			t.Fatalf("position %q came back as %q, %v", position, got, err)
		}
	})
}
