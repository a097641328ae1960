// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
)

// A page token is base64url of: one byte of version, a digest of the scope, a
// digest of the query, the position, and a digest of all that; all are keyed.
const (
	tokenVersion = 1
	digestSize   = 16
	tokenFrame   = 1 + 3*digestSize
	maxToken     = 4096 // characters
)

// MaxPosition is how long the position in a page token may be, in bytes.
const MaxPosition = 2048

// NewToken makes the $skiptoken that stands for a place behind the first page:
// opaque, safe in a URL, and good only for the same scope and a query with the
// same $filter, $orderby, $select and $count. $top may differ: it is the size
// of a page and moves no row. The scope names the tenant and the resource. The
// position is the caller's, such as the key of the last row or an offset that
// counts $skip in; it can be read by whoever holds the token, but not changed.
// It fails when the position is longer than MaxPosition.
func NewToken(key []byte, q *Query, scope, position string) (string, error) {
	if len(position) > MaxPosition {
		return "", fmt.Errorf("make page token: a position of %d bytes; at most %d fit", len(position), MaxPosition)
	}
	inScope, inQuery := digest(key, "scope", scope), digest(key, append([]string{"query"}, q.words()...)...)
	token := make([]byte, 0, tokenFrame+len(position))
	token = append(token, tokenVersion)
	token = append(token, inScope...)
	token = append(token, inQuery...)
	token = append(token, position...)
	token = append(token, digest(key, "token", string(token))...)
	return base64.RawURLEncoding.EncodeToString(token), nil
}

// ReadToken returns the position in the query's own $skiptoken. Errors are
// *SyntaxError: a token that none of the keys has made, or one made for another
// scope or query.
func ReadToken(keys [][]byte, q *Query, scope string) (position string, err error) {
	refuse := func(why string) (string, error) { return "", fault("$skiptoken", clip(q.SkipToken), why) }
	if len(q.SkipToken) > maxToken {
		return refuse("not a token of this service; take the next link as it came")
	}
	token, err := base64.RawURLEncoding.Strict().DecodeString(q.SkipToken)
	if err != nil || len(token) < tokenFrame || token[0] != tokenVersion {
		return refuse("not a token of this service; take the next link as it came")
	}
	signed, mac := token[:len(token)-digestSize], token[len(token)-digestSize:]
	made := slices.IndexFunc(keys, func(key []byte) bool { return hmac.Equal(mac, digest(key, "token", string(signed))) })
	if made < 0 {
		return refuse("not a token of this service, or changed since, or out of date; begin again with the first page")
	}
	key, rest := keys[made], signed[1:]
	if !hmac.Equal(rest[:digestSize], digest(key, "scope", scope)) {
		return refuse("the token was made for another resource; take the next link as it came")
	}
	rest = rest[digestSize:]
	if !hmac.Equal(rest[:digestSize], digest(key, append([]string{"query"}, q.words()...)...)) {
		return refuse("the token was made for another $filter, $orderby, $select or $count; take the next link as it came")
	}
	return string(rest[digestSize:]), nil
}

// words are the canonical options, names and texts.
func (q *Query) words() []string {
	var words []string
	for _, o := range q.canonical() {
		words = append(words, o.name, o.text)
	}
	return words
}

// digest signs words so that no other words give the same: each goes in behind
// its length.
func digest(key []byte, words ...string) []byte {
	mac := hmac.New(sha256.New, key)
	for _, w := range words {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(w)))
		mac.Write(size[:])
		mac.Write([]byte(w))
	}
	return mac.Sum(nil)[:digestSize]
}
