// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"fmt"
	"slices"
)

// ParseOrderBy reads and checks an $orderby: paths to single values, each with
// asc or desc behind it or neither. Errors are *SyntaxError.
func ParseOrderBy(schema *Schema, text string) ([]Order, error) {
	p, err := newParser(schema, "$orderby", text)
	if err != nil {
		return nil, err
	}
	var keys []Order
	for {
		if len(keys) == MaxOrder {
			return nil, p.fail(p.tok.offset, fmt.Sprintf("more than %d keys", MaxOrder))
		}
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
		if p.accept(",") {
			continue
		}
		if p.tok.kind != tokenEnd {
			return nil, p.expected("asc, desc, a comma or the end")
		}
		return keys, nil
	}
}

// key reads one path and its direction.
func (p *parser) key() (Order, error) {
	if p.tok.kind != tokenName {
		return Order{}, p.expected("the name of a property")
	}
	name := p.advance()
	path, err := p.root(name)
	if err != nil {
		return Order{}, err
	}
	for p.accept("/") {
		step := p.tok
		if step.kind != tokenName {
			return Order{}, p.expected("a name after /")
		}
		p.advance()
		if err := p.step(path, step); err != nil {
			return Order{}, err
		}
	}
	if path.Last.Collection || path.Last.Type == Complex {
		return Order{}, p.fail(name.offset, path.String()+" has no order: it is not one simple value")
	}
	key := Order{Path: path, Desc: p.tok.is("desc")}
	if key.Desc || p.tok.is("asc") {
		p.advance()
	}
	return key, nil
}

// ParseSelect reads and checks a $select and returns canonical names, each
// once, in the order of the text; nil is all of them, which * asks for. Errors
// are *SyntaxError.
func ParseSelect(schema *Schema, text string) ([]string, error) {
	p, err := newParser(schema, "$select", text)
	if err != nil {
		return nil, err
	}
	var names []string
	all := false
	for count := 0; ; count++ {
		if count == MaxSelect {
			return nil, p.fail(p.tok.offset, fmt.Sprintf("more than %d names", MaxSelect))
		}
		switch {
		case p.tok.text == "*":
			all = true
			p.advance()
		case p.tok.kind != tokenName:
			return nil, p.expected("the name of a property")
		default:
			path, err := p.root(p.advance())
			if err != nil {
				return nil, err
			}
			if !slices.Contains(names, path.Names[0]) {
				names = append(names, path.Names[0])
			}
		}
		if p.accept(",") {
			continue
		}
		if p.tok.kind != tokenEnd {
			return nil, p.expected("a comma or the end; properties are selected whole")
		}
		break
	}
	if all {
		return nil, nil
	}
	return names, nil
}
