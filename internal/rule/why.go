// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"securescore/internal/entity"
	"securescore/internal/posture"
)

// Why explains an unknown outcome: the reason of the first value that is
// unknown and decides, with the name of its field. It is zero when the outcome
// is known or the entity out of scope.
func (p *Program) Why(m *entity.Model, row int) posture.Reason {
	if outcome, _ := p.RowOutcome(m, row); outcome != posture.Unknown {
		return posture.Reason{}
	}
	f := p.open(m, row)
	defer p.done(f)
	x := p.pass
	if p.where != nil && p.scopes.truth(&f) == entity.Unknown {
		x = p.where
	}
	return x.root.blame(f).reason(f)
}

// blame follows what is unknown down to the value it comes from.
func (n *node) blame(f frame) *node {
	switch n.op {
	case opExists, opAll, opOne:
		if n.args[0].unknown(f) {
			return n.args[0]
		}
		return n.args[1].setting(f)
	case opCond:
		switch n.args[0].truthOf(nil)(f) {
		case entity.True:
			return n.args[1].blame(f)
		case entity.False:
			return n.args[2].blame(f)
		case entity.Unknown:
		}
	default:
	}
	for _, a := range n.args {
		if a.unknown(f) {
			return a.blame(f)
		}
	}
	return n
}

// setting is the first unknown value that the condition of a loop reads.
func (n *node) setting(f frame) *node {
	for _, a := range n.args {
		if x := a.setting(f); x.op == opTenant && x.unknown(f) {
			return x
		}
	}
	return n
}

func (n *node) unknown(f frame) bool {
	switch n.shape {
	case aBool:
		return n.truthOf(nil)(f) == entity.Unknown
	case aText:
		_, ok := n.textOf(nil)(f)
		return !ok
	case aList:
		if n.op == opConst {
			return false
		}
		_, _, ok := n.columnOf(nil)(f)
		return !ok
	default:
		_, ok := n.numberOf(nil)(f)
		return !ok
	}
}

func (n *node) reason(f frame) posture.Reason {
	switch n.op {
	case opField:
		return n.field.reason(f.column(n.field), f.row)
	case opTenant:
		t := f.m.TableOf(n.field.spec)
		switch {
		case t == nil:
			return named(n.field, posture.Reason{Code: posture.NotCollected})
		case !t.Collected():
			return named(n.field, t.Missing)
		case t.Len() == 0:
			return named(n.field, posture.Reason{Code: posture.NotCollected, Detail: "the evidence has no " + t.Spec.Singular})
		}
		return n.field.reason(t.Column(n.field.index), 0)
	default:
		return posture.Reason{Code: posture.Undecided, Detail: "a number, time or duration is out of range"}
	}
}

func (x *field) reason(c *entity.Column, row int) posture.Reason {
	why := c.Why(row)
	if why.Code == "" {
		why = posture.Reason{Code: posture.NotCollected, Detail: "is not in the evidence"}
	}
	return named(x, why)
}

// named puts the name of the field before the detail.
func named(x *field, why posture.Reason) posture.Reason {
	if why.Detail == "" {
		return posture.Reason{Code: why.Code, Detail: x.path}
	}
	return posture.Reason{Code: why.Code, Detail: x.path + ": " + why.Detail}
}
