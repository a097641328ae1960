// SPDX-License-Identifier: Apache-2.0

package odata_test

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"

	"securescore/internal/odata"
	"securescore/internal/posture"
)

const (
	inScope  = "0194c2d0/secureScores"
	notOurs  = "$skiptoken, character 1: not a token of this service; take the next link as it came"
	changed  = "$skiptoken, character 1: not a token of this service, or changed since, or out of date; begin again with the first page"
	inOther  = "$skiptoken, character 1: the token was made for another resource; take the next link as it came"
	forOther = "$skiptoken, character 1: the token was made for another $filter, $orderby, $select or $count; take the next link as it came"
)

func query(t *testing.T, raw string) *odata.Query {
	t.Helper()
	q, err := odata.Parse(scores(), raw)
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return q
}

func TestTokensAreBoundToTheirQuery(t *testing.T) {
	t.Parallel()
	key := []byte("a key of the test")
	const first = "$filter=currentscore gt 5&$orderby=id&$select=id&$count=true&$top=5"
	token, err := odata.NewToken(key, query(t, first), inScope, "2025-01-01|7")
	if err != nil {
		t.Fatal(err)
	}
	if url.QueryEscape(token) != token {
		t.Errorf("%s is not safe in a URL", token)
	}
	for _, c := range []struct {
		name, raw, scope, token string
		key                     []byte
		want                    string // error, or none
	}{
		{"the same query", first, inScope, token, key, ""},
		{"another spelling and size of page", "$FILTER=(currentScore+gt+5)&$orderby=id asc&$select=ID&$count=TRUE&$top=9", inScope, token, key, ""},
		{"the next link", query(t, first).Next(token), inScope, token, key, ""},
		{"another filter", "$filter=currentscore gt 6&$orderby=id&$select=id&$count=true", inScope, token, key, forOther},
		{"another order", "$filter=currentscore gt 5&$orderby=id desc&$select=id&$count=true", inScope, token, key, forOther},
		{"no select", "$filter=currentscore gt 5&$orderby=id&$count=true", inScope, token, key, forOther},
		{"no count", "$filter=currentscore gt 5&$orderby=id&$select=id", inScope, token, key, forOther},
		{"another tenant", first, "0194c2d1/secureScores", token, key, inOther},
		{"another key", first, inScope, token, []byte("another"), changed},
		{"one character more", first, inScope, token + "A", key, changed},
		{"one character less", first, inScope, token[:len(token)-1], key, notOurs},
		{"no token", first, inScope, "a", key, notOurs},
		{"not base64", first, inScope, strings.Repeat("%", 100), key, notOurs},
	} {
		q := query(t, c.raw)
		q.SkipToken = c.token
		got, err := odata.ReadToken([][]byte{[]byte("another"), c.key}, q, c.scope)
		switch {
		case c.want == "" && (err != nil || got != "2025-01-01|7"):
			t.Errorf("%s: got %q, %v", c.name, got, err)
		case c.want != "" && (err == nil || err.Error() != c.want || !errors.Is(err, posture.ErrInvalid) || got != ""):
			t.Errorf("%s: got %q, %v", c.name, got, err)
		}
	}
}

// No bit of a token can be turned.
func TestTokensCannotBeChanged(t *testing.T) {
	t.Parallel()
	key := []byte("a key of the test")
	q := query(t, "$top=5")
	token, err := odata.NewToken(key, q, inScope, "7")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		raw[i] ^= 1
		q.SkipToken = base64.RawURLEncoding.EncodeToString(raw)
		if got, err := odata.ReadToken([][]byte{key}, q, inScope); err == nil {
			t.Errorf("byte %d changed: got %q", i, got)
		}
		raw[i] ^= 1
	}
}

func TestLongPositionsAreRefused(t *testing.T) {
	t.Parallel()
	q := query(t, "")
	longest := strings.Repeat("x", odata.MaxPosition)
	token, err := odata.NewToken(nil, q, inScope, longest)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := odata.ReadToken([][]byte{nil}, query(t, q.Next(token)), inScope); err != nil || got != longest {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if _, err := odata.NewToken(nil, q, inScope, longest+"x"); err == nil {
		t.Error("a position that is too long: got no error")
	}
}
