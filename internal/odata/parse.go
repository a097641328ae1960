// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// ParseFilter reads and checks a $filter over rows of a schema. Errors are
// *SyntaxError.
func ParseFilter(schema *Schema, text string) (Expr, error) {
	p, err := newParser(schema, "$filter", text)
	if err != nil {
		return nil, err
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokenEnd {
		return nil, p.expected("and, or or the end")
	}
	return e, nil
}

// parser reads one option. It checks names and types as it goes, since only
// there the places in the text are known.
type parser struct {
	lexer
	schema *Schema
	option string
	tok    token // the next one, not yet taken
	scopes []scope
	terms  int
	depth  int
}

// scope is a lambda around the place that is being read.
type scope struct {
	name   string
	member Property // without a name
}

func newParser(schema *Schema, option, text string) (*parser, error) {
	p := &parser{lexer: lexer{text: text}, schema: schema, option: option}
	if len(text) > MaxText {
		p.text = text[:MaxText]
		return nil, p.fail(MaxText, fmt.Sprintf("the text has %d bytes; at most %d are read", len(text), MaxText))
	}
	if at := broken(text); at >= 0 {
		return nil, p.fail(at, "the text is not UTF-8")
	}
	if at := strings.IndexByte(text, 0); at >= 0 {
		return nil, p.fail(at, "a zero character, which no text here may hold")
	}
	p.advance()
	return p, nil
}

// broken returns the offset of the first byte that is no UTF-8, or -1.
func broken(text string) int {
	for at, r := range text {
		if r != utf8.RuneError {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[at:]); size == 1 {
			return at
		}
	}
	return -1
}

// advance takes the next token.
func (p *parser) advance() token {
	taken := p.tok
	p.tok = p.next()
	return taken
}

// accept takes the next token if it is this sign.
func (p *parser) accept(sign string) bool {
	ok := p.tok.kind == tokenSign && p.tok.text == sign
	if ok {
		p.advance()
	}
	return ok
}

// need takes the next token, which must be this sign.
func (p *parser) need(sign, after string) error {
	if !p.accept(sign) {
		return p.expected(sign + " after " + after)
	}
	return nil
}

func (p *parser) fail(offset int, message string) error {
	return &SyntaxError{Option: p.option, Text: p.text, Position: position(p.text, offset), Message: message}
}

// expected is the fault that the next token is not what it should be.
func (p *parser) expected(what string) error {
	if p.tok.kind == tokenWrong && p.tok.text[0] == '\'' {
		return p.fail(p.tok.offset, "the text in quotes has no end")
	}
	return p.fail(p.tok.offset, "found "+p.tok.found()+", expected "+what)
}

// enter goes one level deeper; every return from there gives it back.
func (p *parser) enter(at int) error {
	if p.depth++; p.depth > MaxDepth {
		return p.fail(at, fmt.Sprintf("more than %d levels of parentheses, not, any and all", MaxDepth))
	}
	return nil
}

// term counts one condition.
func (p *parser) term(at int) error {
	if p.terms++; p.terms > MaxTerms {
		return p.fail(at, fmt.Sprintf("more than %d conditions", MaxTerms))
	}
	return nil
}

func (p *parser) or() (Expr, error) {
	var terms []Expr
	for {
		e, err := p.and()
		if err != nil {
			return nil, err
		}
		if nested, ok := e.(*Or); ok {
			terms = append(terms, nested.Terms...)
		} else {
			terms = append(terms, e)
		}
		if !p.tok.is("or") {
			break
		}
		p.advance()
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	return &Or{terms}, nil
}

func (p *parser) and() (Expr, error) {
	var terms []Expr
	for {
		e, err := p.unary()
		if err != nil {
			return nil, err
		}
		if nested, ok := e.(*And); ok {
			terms = append(terms, nested.Terms...)
		} else {
			terms = append(terms, e)
		}
		if !p.tok.is("and") {
			break
		}
		p.advance()
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	return &And{terms}, nil
}

func (p *parser) unary() (Expr, error) {
	switch {
	case p.tok.is("not"):
		return p.not()
	case p.tok.kind == tokenSign && p.tok.text == "(":
		return p.parentheses()
	}
	return p.condition()
}

// not reads what OData lets follow it: the operator binds closer than a
// comparison, which therefore stands in parentheses.
func (p *parser) not() (Expr, error) {
	at := p.advance().offset
	if err := p.enter(at); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	start := p.tok.offset
	e, err := p.unary()
	if err != nil {
		return nil, err
	}
	switch e.(type) {
	case *Comparison, *In:
		if p.text[start] != '(' {
			return nil, p.fail(start, "a comparison after not stands in parentheses: not (…)")
		}
	}
	return &Not{e}, nil
}

func (p *parser) parentheses() (Expr, error) {
	at := p.advance().offset
	if err := p.enter(at); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if !p.accept(")") {
		return nil, p.expected("and, or or )")
	}
	return e, nil
}
