// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"slices"
	"strings"
	"unicode/utf8"

	"securescore/internal/entity"
)

func characters(s string) int64 { return int64(utf8.RuneCountInString(s)) }

// textOf compiles a node of shape aText.
func (n *node) textOf(in *plan) textFn {
	switch n.op {
	case opField:
		x := n.field
		if in != nil {
			return func(f frame) (string, bool) {
				if f.row == noValue {
					return "", false
				}
				return f.column(x).Dict.Value(uint32(f.row)), true
			}
		}
		return func(f frame) (string, bool) {
			c := f.column(x)
			if !c.Known.Has(f.row) {
				return "", false
			}
			return c.Text(f.row), true
		}
	case opTenant:
		x := n.field
		return func(f frame) (string, bool) {
			c, ok := f.setting(x)
			if !ok {
				return "", false
			}
			return c.Text(0), true
		}
	case opVar:
		depth := n.num
		return func(f frame) (string, bool) { return f.run.vars[depth], true }
	case opLower:
		a := n.args[0].textOf(in)
		return func(f frame) (string, bool) {
			s, ok := a(f)
			return lower(s), ok
		}
	case opCond:
		return n.chooseText(in)
	default: // opConst
		v := n.text
		return func(frame) (string, bool) { return v, true }
	}
}

func (n *node) chooseText(in *plan) textFn {
	return either(n.args[0].truthOf(in), n.args[1].textOf(in), n.args[2].textOf(in))
}

// lower makes the letters A to Z small and leaves all others as they are.
func lower(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return strings.Map(func(r rune) rune {
				if 'A' <= r && r <= 'Z' {
					return r + 'a' - 'A'
				}
				return r
			}, s)
		}
	}
	return s
}

// truthOfTexts compiles the comparisons and tests of texts.
func (n *node) truthOfTexts(in *plan) truthFn {
	a := n.args[0].textOf(in)
	switch n.op {
	case opMatches:
		re := n.re
		return func(f frame) entity.Tri {
			s, ok := a(f)
			return known(ok, ok && re.MatchString(s))
		}
	case opInText:
		return n.amongTexts(in)
	default:
	}
	test := textTest(n.op)
	if n.args[1].op == opConst {
		return againstText(n, a, test)
	}
	b := n.args[1].textOf(in)
	return func(f frame) entity.Tri {
		s, ok := a(f)
		if !ok {
			return entity.Unknown
		}
		t, ok := b(f)
		return known(ok, ok && test(s, t))
	}
}

// againstText tests a text against a constant.
func againstText(n *node, a textFn, test func(s, t string) bool) truthFn {
	text := n.args[1].text
	if n.op == opEqualText {
		return func(f frame) entity.Tri {
			s, ok := a(f)
			return known(ok, s == text)
		}
	}
	return func(f frame) entity.Tri {
		s, ok := a(f)
		return known(ok, ok && test(s, text))
	}
}

func known(ok, truth bool) entity.Tri {
	if !ok {
		return entity.Unknown
	}
	return entity.TriOf(truth)
}

func textTest(o op) func(s, t string) bool {
	switch o {
	case opStarts:
		return strings.HasPrefix
	case opEnds:
		return strings.HasSuffix
	case opContains:
		return strings.Contains
	case opLessText:
		return func(s, t string) bool { return s < t }
	default: // opEqualText
		return func(s, t string) bool { return s == t }
	}
}

// amongTexts compiles text in list.
func (n *node) amongTexts(in *plan) truthFn {
	a, l := n.args[0].textOf(in), n.args[1]
	if l.op == opConst {
		list := l.list
		return func(f frame) entity.Tri {
			s, ok := a(f)
			return known(ok, ok && slices.Contains(list, s))
		}
	}
	list := l.columnOf(in)
	return func(f frame) entity.Tri {
		s, ok := a(f)
		if !ok {
			return entity.Unknown
		}
		c, code, ok := list(f)
		return known(ok, ok && holds(c, code, s))
	}
}

// holds reports whether a list of a column holds s.
func holds(c *entity.Column, list uint32, s string) bool {
	for _, code := range c.Distinct(list) {
		if c.Dict.Value(code) == s {
			return true
		}
	}
	return false
}

func (n *node) amongNumbers(in *plan) truthFn {
	a, list := n.args[0].numberOf(in), n.nums
	return func(f frame) entity.Tri {
		v, ok := a(f)
		return known(ok, ok && slices.Contains(list, v))
	}
}
