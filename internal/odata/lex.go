// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenName             // property, keyword, function, variable
	tokenNumber           // number, date or time: all begin with a digit or a minus
	tokenText             // in quotes
	tokenSign             // one of ( ) , / :
	tokenWrong            // nothing that a filter may hold
)

// token is one word of an option; text is what stands there, quotes included.
type token struct {
	kind   tokenKind
	text   string
	offset int // bytes
}

// found says in a message what stands there.
func (t token) found() string {
	if t.kind == tokenEnd {
		return "the end"
	}
	return quote(t.text)
}

// is tells whether the token is a keyword, in any letter case.
func (t token) is(keyword string) bool {
	return t.kind == tokenName && strings.EqualFold(t.text, keyword)
}

// lexer cuts a text into tokens, one at a time.
type lexer struct {
	text   string
	offset int
}

func (l *lexer) next() token {
	for l.offset < len(l.text) && strings.IndexByte(" \t\r\n", l.text[l.offset]) >= 0 {
		l.offset++
	}
	if l.offset == len(l.text) {
		return token{offset: l.offset}
	}
	t := token{offset: l.offset}
	rest := l.text[l.offset:]
	switch first, size := utf8.DecodeRuneInString(rest); {
	case first == '\'':
		t.kind, t.text = quoted(rest)
	case strings.ContainsRune("(),/:", first):
		t.kind, t.text = tokenSign, rest[:size]
	case first == '-' || isDigit(first):
		t.kind, t.text = tokenNumber, rest[:size+run(rest[size:], numberRune)]
	case nameRune(first):
		t.kind, t.text = tokenName, rest[:run(rest, nameRune)]
	default:
		t.kind, t.text = tokenWrong, rest[:size]
	}
	l.offset += len(t.text)
	return t
}

// quoted reads a text in quotes, where two quotes stand for one.
func quoted(s string) (tokenKind, string) {
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			i++
			continue
		}
		return tokenText, s[:i+1]
	}
	return tokenWrong, s
}

// run returns how many bytes at the start of s are of one kind of characters.
func run(s string, kind func(rune) bool) int {
	if end := strings.IndexFunc(s, func(r rune) bool { return !kind(r) }); end >= 0 {
		return end
	}
	return len(s)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func nameRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// numberRune takes all that numbers, dates and times are made of, and letters,
// so that 5and is one wrong word.
func numberRune(r rune) bool { return nameRune(r) || r == '.' || r == ':' || r == '+' || r == '-' }
