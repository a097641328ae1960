// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// decoder reads raw objects of one data set into a table. It walks the object
// once, keeps only what a field asks for and skips the rest unread.
type decoder struct {
	table *Table
	root  *want
	names []string // what stands at each path of the display name
	seen  []bool   // per field: its member was there
}

// want is a node of the tree of members that the fields ask for.
type want struct {
	members map[string]*want
	fields  []wanted
	names   []int // paths of the display name that end here
}

// wanted is a field whose value, or the list that holds it, stands here.
type wanted struct {
	field int
	rest  []step // what remains below; the first step is a list or a filter
}

func newDecoder(t *Table) *decoder {
	d := &decoder{table: t, root: &want{}, seen: make([]bool, len(t.Spec.Fields))}
	for i := range t.Spec.Fields {
		steps, _ := parsePath(t.Spec.Fields[i].From) // checked by NewSchema
		if len(steps) == 0 {
			continue
		}
		node, n := d.root, 0
		for n < len(steps) {
			node = node.member(steps[n].name)
			n++
			if !steps[n-1].plain() {
				n--
				break
			}
		}
		node.fields = append(node.fields, wanted{i, steps[n:]})
	}
	for i, name := range t.Spec.Names {
		steps, _ := parsePath(name)
		node := d.root
		for _, s := range steps {
			node = node.member(s.name)
		}
		node.names = append(node.names, i)
	}
	d.names = make([]string, len(t.Spec.Names), len(t.Spec.Names)+1)
	return d
}

func (w *want) member(name string) *want {
	if w.members == nil {
		w.members = make(map[string]*want)
	}
	next := w.members[name]
	if next == nil {
		next = &want{}
		w.members[name] = next
	}
	return next
}

// read adds one object as a row. An object that is no JSON object gives a row
// whose fields are all unknown: it exists, and nothing can be said of it.
func (d *decoder) read(o posture.Object) {
	before := d.table.Len()
	row := d.table.Add(o.Key, "")
	clear(d.seen)
	clear(d.names)
	err := d.object(row, d.root, o.Raw)
	if row == before && err == nil {
		d.table.Names[row] = cmp.Or(append(d.names, o.Key)...)
	}
	for i := range d.table.Spec.Fields {
		f := &d.table.Spec.Fields[i]
		if f.From == "" || (d.seen[i] && err == nil) {
			continue
		}
		c := &d.table.columns[i]
		switch {
		case err != nil: // half read is not read: nothing of the object counts
			c.clear(row, posture.Reason{Code: posture.Shape, Detail: fmt.Sprintf("%s: %v", d.table.Spec.DataSet, err)})
		case f.Absent != nil:
			c.put(row, f.Absent)
		default:
			c.clear(row, posture.Reason{Code: posture.NotCollected, Detail: fmt.Sprintf("%s of %s was not in the evidence", f.From, d.table.Spec.DataSet)})
		}
	}
}

func (d *decoder) object(row int, node *want, raw []byte) error {
	return eachMember(raw, func(name string, value jsontext.Value) error {
		next := node.members[name]
		if next == nil {
			return nil
		}
		for _, w := range next.fields {
			d.seen[w.field] = true
			d.store(row, w, value)
		}
		for _, i := range next.names {
			text, _ := stringOf(value)
			d.names[i] = strings.TrimSpace(text)
		}
		if next.members == nil {
			return nil
		}
		if value.Kind() != jsontext.KindBeginObject {
			// A member that is null or of another shape has no members: what is
			// below is null when it is null, and not understood otherwise.
			d.below(row, next, value)
			return nil
		}
		return d.object(row, next, value)
	})
}

func (d *decoder) below(row int, node *want, value jsontext.Value) {
	for _, next := range node.members {
		for _, w := range next.fields {
			d.seen[w.field] = true
			if value.Kind() == jsontext.KindNull {
				d.store(row, wanted{field: w.field}, value)
				continue
			}
			d.unreadable(row, w.field, "is no object above it")
		}
		d.below(row, next, value)
	}
}

func (d *decoder) store(row int, w wanted, value jsontext.Value) {
	f := &d.table.Spec.Fields[w.field]
	c := &d.table.columns[w.field]
	v, err := f.value(w.rest, value)
	switch {
	case err != nil:
		d.unreadable(row, w.field, err.Error())
	case v == nil:
		c.clear(row, posture.Reason{Code: posture.NotCollected, Detail: fmt.Sprintf("%s of %s is empty in the evidence", f.From, d.table.Spec.DataSet)})
	default:
		c.put(row, v)
	}
}

func (d *decoder) unreadable(row, field int, what string) {
	f := &d.table.Spec.Fields[field]
	d.table.columns[field].clear(row, posture.Reason{
		Code: posture.Shape, Detail: fmt.Sprintf("%s of %s %s", f.From, d.table.Spec.DataSet, what),
	})
}

// eachMember calls visit for each member of the JSON object raw. The value is
// valid until visit returns.
func eachMember(raw []byte, visit func(name string, value jsontext.Value) error) error {
	in := jsontext.NewDecoder(bytes.NewReader(raw))
	tok, err := in.ReadToken()
	if err != nil {
		return err
	}
	if tok.Kind() != jsontext.KindBeginObject {
		return fmt.Errorf("want an object, got %s", tok.Kind())
	}
	for in.PeekKind() != jsontext.KindEndObject {
		tok, err = in.ReadToken()
		if err != nil {
			return err
		}
		name := tok.String()
		value, err := in.ReadValue()
		if err != nil {
			return err
		}
		if err := visit(name, value); err != nil {
			return err
		}
	}
	return nil
}

// eachItem calls visit for each item of a JSON list. A value that is no list
// is a list of one: PowerShell collapses such lists.
func eachItem(raw jsontext.Value, visit func(value jsontext.Value) error) error {
	if raw.Kind() != jsontext.KindBeginArray {
		return visit(raw)
	}
	in := jsontext.NewDecoder(bytes.NewReader(raw))
	if _, err := in.ReadToken(); err != nil {
		return err
	}
	for in.PeekKind() != jsontext.KindEndArray {
		value, err := in.ReadValue()
		if err != nil {
			return err
		}
		if err := visit(value); err != nil {
			return err
		}
	}
	return nil
}

func textAt(raw []byte, path []step) string {
	value := jsontext.Value(raw)
	for _, s := range path {
		var next jsontext.Value
		err := eachMember(value, func(name string, v jsontext.Value) error {
			if name == s.name {
				next = v.Clone()
			}
			return nil
		})
		if err != nil || next == nil {
			return ""
		}
		value = next
	}
	text, ok := stringOf(value)
	if !ok {
		return ""
	}
	return strings.TrimSpace(text)
}
