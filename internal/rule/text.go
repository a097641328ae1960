// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
)

// text is one expression as it was written, with the faults found in it.
type text struct {
	part   string
	source common.Source
	runes  []rune
	info   *ast.SourceInfo
	faults []error
}

// place counts characters from the start of the text.
type place int

// fault notes what is wrong at a place.
func (t *text) fault(at place, format string, args ...any) {
	if len(t.faults) >= maxFaults {
		return
	}
	line, column := 1, 1
	for _, r := range t.runes[:min(int(at), len(t.runes))] {
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	t.faults = append(t.faults, &Error{Part: t.part, Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

// at is the place of a node of the tree.
func (t *text) at(id int64) place {
	r, _ := t.info.GetOffsetRange(id)
	return place(max(0, r.Start))
}

func (t *text) count() int { return len(t.faults) }

// start is the place where an expression that names a field begins: the
// library places it at its last dot.
func (t *text) start(e ast.Expr) place {
	for e.Kind() == ast.SelectKind {
		e = e.AsSelect().Operand()
	}
	return t.at(e.ID())
}

// after is the place of the name behind the dot at id.
func (t *text) after(id int64) place {
	at := t.at(id)
	for int(at) < len(t.runes) && strings.ContainsRune(". \t\r\n", t.runes[at]) {
		at++
	}
	return at
}

// before is the place of the function's name in front of the bracket at id. An
// operator stands at id itself.
func (t *text) before(id int64, name string) place {
	at := t.at(id)
	if int(at) >= len(t.runes) || t.runes[at] != '(' {
		return at
	}
	end := int(at)
	for end > 0 && strings.ContainsRune(" \t\r\n", t.runes[end-1]) {
		end--
	}
	if start := end - len(name); start >= 0 && string(t.runes[start:end]) == name {
		return place(start)
	}
	return at
}
