// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Claims are what a token says. All of it is hostile text until the signature
// has been checked, and what people chose themselves afterwards too.
type Claims struct {
	Issuer    string
	Subject   string
	Audience  []string
	Expires   time.Time
	NotBefore time.Time // zero when the token does not say
	Type      string    // header typ in lower case, such as "jwt" or "at+jwt"; may be empty

	all map[string]jsontext.Value
}

var (
	errClaim  = errors.New("a claim is missing or not of its type")
	errNumber = errors.New("a time is out of range")
)

// latest is the last second that a token's time may name, in the year 9999.
const latest = 253402300799

// readClaims reads a payload. Names are exact, and none may be there twice:
// then two readers could see two tokens.
func readClaims(payload []byte) (*Claims, error) {
	c := &Claims{}
	if err := json.Unmarshal(payload, &c.all); err != nil {
		return nil, fmt.Errorf("read claims: %w", err)
	}
	c.Issuer, c.Subject = c.Text("iss"), c.Text("sub")
	c.Audience = c.List("aud")
	if c.Issuer == "" {
		return nil, fmt.Errorf("%w: iss", errClaim)
	}
	var err error
	if c.Expires, err = c.moment("exp"); err != nil {
		return nil, err
	}
	if c.Expires.IsZero() {
		return nil, fmt.Errorf("%w: exp", errClaim)
	}
	if c.NotBefore, err = c.moment("nbf"); err != nil {
		return nil, err
	}
	return c, nil
}

// moment is a time in seconds since 1970; zero when it is not there.
func (c *Claims) moment(name string) (time.Time, error) {
	if !c.Has(name) {
		return time.Time{}, nil
	}
	var seconds float64
	if err := json.Unmarshal(c.all[name], &seconds); err != nil {
		return time.Time{}, fmt.Errorf("%w: %s", errClaim, name)
	}
	if seconds <= 0 || seconds > latest {
		return time.Time{}, fmt.Errorf("%w: %s", errNumber, name)
	}
	return time.Unix(int64(math.Floor(seconds)), 0).UTC(), nil
}

// Has reports whether the token has a claim that is not null.
func (c *Claims) Has(name string) bool {
	v, ok := c.all[name]
	return ok && v.Kind() != 'n'
}

// Text is a claim of one text; empty when it is not there or something else.
func (c *Claims) Text(name string) string {
	var text string
	if v := c.all[name]; v.Kind() != '"' || json.Unmarshal(v, &text) != nil {
		return ""
	}
	return text
}

// List is a claim of several texts, or of one. What is no text is left out.
func (c *Claims) List(name string) []string {
	v, ok := c.all[name]
	if !ok {
		return nil
	}
	if v.Kind() == '"' {
		return []string{c.Text(name)}
	}
	var values []jsontext.Value
	if v.Kind() != '[' || json.Unmarshal(v, &values) != nil {
		return nil
	}
	var list []string
	for _, one := range values {
		var text string
		if one.Kind() == '"' && json.Unmarshal(one, &text) == nil {
			list = append(list, text)
		}
	}
	return list
}

// Words is a claim of words with spaces between them, such as scp, or of
// several texts.
func (c *Claims) Words(name string) []string {
	var words []string
	for _, text := range c.List(name) {
		words = append(words, strings.Fields(text)...)
	}
	return words
}

// truth is a claim that says yes, as a boolean or as a text.
func (c *Claims) truth(name string) bool {
	v := c.all[name]
	return v.Kind() == 't' || strings.EqualFold(c.Text(name), "true")
}

// overage reports whether the token leaves groups out because there are too
// many: what it has of them is then no list of all, nor to be trusted as one.
func (c *Claims) overage() bool {
	var elsewhere map[string]jsontext.Value
	if c.Has("_claim_names") && json.Unmarshal(c.all["_claim_names"], &elsewhere) != nil {
		return true // something is elsewhere, and nobody can tell what
	}
	_, groups := elsewhere["groups"]
	return groups || c.truth("hasgroups") || c.Has("groups:src1")
}
