// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
	"securescore/internal/source"
)

// Kind is the name of this format in the registry.
const Kind source.Kind = "scubagear"

var (
	errForeign = errors.New("holds no ScubaGear settings export")
	errTwice   = errors.New("stands twice in the export, with different content")
)

// Format tells the registry about this package.
func Format() source.Format {
	return source.Format{Kind: Kind, Title: "a ScubaGear settings export", Recognise: recognise}
}

func recognise(text []byte) bool {
	found := false
	// An error only means that the text ends before the answer is known.
	_ = source.Members(text, func(name string, _ jsontext.Value, _ int64) error {
		switch name {
		case "baseline_version", "module_version", "tenant_details", "MetaData", "Raw":
			found = true
			return source.ErrStop
		}
		return nil
	})
	return found
}

// member is one top-level member of the export.
type member struct {
	raw jsontext.Value
	at  int64 // where raw starts in the text
	err error // why the member cannot be used
}

// export is the outline of a file: its members, not yet looked into.
type export struct {
	text    *source.Text
	members map[string]member
	failed  map[string]bool // cmdlets, in lower case, that did not succeed
}

// Read reads an export. The name stands in errors. An error is returned only
// when the file as a whole cannot be read; a member that is not understood
// becomes a data set that is missing, with the place in its reason, and a
// member that is absent gives no data set. The evidence keeps parts of data.
func Read(name string, data []byte) (*posture.Evidence, error) {
	return read(name, data, mappings())
}

func read(name string, data []byte, list []mapping) (*posture.Evidence, error) {
	x, err := open(name, data)
	if err != nil {
		return nil, err
	}
	e := &posture.Evidence{Source: string(Kind), Sets: make(map[string]*posture.DataSet)}
	if err := x.identify(e); err != nil {
		return nil, err
	}
	for _, m := range list {
		part, ok := x.members[m.key]
		if !ok {
			continue
		}
		set := &posture.DataSet{Name: m.set, FetchedAt: e.At}
		set.Objects, set.Missing = x.collect(&m, part)
		if old, ok := e.Sets[m.set]; ok && old.Collected() && !set.Collected() {
			continue
		}
		e.Add(set)
	}
	return e, nil
}

func open(name string, data []byte) (*export, error) {
	text, err := source.Decode(name, data)
	if err != nil {
		return nil, err
	}
	if err := text.CheckDepth(source.DefaultLimits().Depth); err != nil {
		return nil, err
	}
	x := &export{text: text, failed: make(map[string]bool)}
	if x.members, err = outline(text.Bytes, 0); err != nil {
		return nil, inMember(text, err)
	}
	if raw, ok := x.members["Raw"]; ok && raw.raw.Kind() == jsontext.KindBeginObject {
		if x.members, err = outline(raw.raw, raw.at); err != nil {
			return nil, text.Fault("Raw", raw.at, err)
		}
	}
	if !x.known() {
		return nil, &posture.InputError{
			File: name, Offset: -1, Cause: errForeign,
			Advice: "name the ProviderSettingsExport.json or ScubaResults.json that ScubaGear wrote",
		}
	}
	return x, x.readFailed()
}

// inMember places a fault of the outline in the member that it stands in.
func inMember(text *source.Text, err error) error {
	if in, ok := errors.AsType[*source.MemberError](err); ok {
		return text.Fault(in.Name, 0, in.Err)
	}
	return text.Fault("", 0, err)
}

// known reports whether the export is one: every version writes these two.
func (x *export) known() bool {
	_, version := x.members["module_version"]
	_, tenant := x.members["tenant_details"]
	return version || tenant
}

// outline splits an object into its members. Two providers of one export may
// write the same member (accepted_domains, service_plans); that is fine as
// long as both say the same.
func outline(text []byte, base int64) (map[string]member, error) {
	members := make(map[string]member)
	err := source.Members(text, func(name string, value jsontext.Value, at int64) error {
		next := member{raw: value, at: base + at}
		if old, twice := members[name]; twice && !same(old.raw, value) {
			next.err = errTwice
		}
		members[name] = next
		return nil
	})
	return members, err
}

func same(a, b jsontext.Value) bool {
	if bytes.Equal(a, b) {
		return true
	}
	a, b = a.Clone(), b.Clone()
	if a.Canonicalize() != nil || b.Canonicalize() != nil {
		return false
	}
	return bytes.Equal(a, b)
}

// cmdlet makes names of cmdlets comparable. Version 0.3 calls those of Graph
// v1.0, later ones those of Graph beta, for the same member.
func cmdlet(name string) string {
	return strings.Replace(strings.ToLower(name), "get-mgbeta", "get-mg", 1)
}

// readFailed gathers the cmdlets that the providers list as unsuccessful.
func (x *export) readFailed() error {
	for _, name := range slices.Sorted(maps.Keys(x.members)) {
		if !strings.HasSuffix(name, "_unsuccessful_commands") {
			continue
		}
		part := x.members[name]
		err := eachItem(part.raw, func(item jsontext.Value, at int64) error {
			text, ok := unquote(item)
			if !ok && item.Kind() != jsontext.KindNull {
				return x.text.Fault(name, part.at+at, fmt.Errorf("want the name of a cmdlet, got %s", source.Noun(item.Kind())))
			}
			x.failed[cmdlet(text)] = true
			return nil
		})
		if err != nil {
			return x.place(name, part.at, err)
		}
	}
	return nil
}

func (x *export) place(set string, base int64, err error) error {
	if _, placed := errors.AsType[*posture.InputError](err); placed {
		return err
	}
	return x.text.Fault(set, base, err)
}

// collect turns a member into the objects of its data set, or says why not.
func (x *export) collect(m *mapping, part member) ([]posture.Object, posture.Reason) {
	if m.command != "" && x.failed[cmdlet(m.command)] {
		return nil, posture.Reason{Code: posture.Failed, Detail: m.command + " did not succeed when the export was made"}
	}
	if m.licence != "" && x.members[m.licence].raw.Kind() == jsontext.KindFalse {
		return nil, posture.Reason{Code: posture.Licence, Detail: m.key + " was refused when the export was made: a licence or a permission is missing"}
	}
	if part.err != nil {
		return nil, x.shapeless(m.key, part.at, part.err)
	}
	objects, at, err := m.read(part.raw)
	if err != nil {
		return nil, x.shapeless(m.key, part.at+at, err)
	}
	return objects, posture.Reason{}
}

func (x *export) shapeless(key string, at int64, err error) posture.Reason {
	f := x.text.Fault(key, at, err)
	return posture.Reason{Code: posture.Shape, Detail: f.Error()}
}
