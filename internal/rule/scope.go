// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// The names that every rule sees beside its own entity.
const (
	tenantName = "tenant"
	runName    = "run"
	paramsName = "params"
	timeName   = "time"
)

// group is what stands before a dot: a variable, or a part of a field's dotted
// name. Each one is a CEL struct type.
type group struct {
	path    string // "user.mfa"
	typ     *types.Type
	members map[string]*member
}

// member is a group below, or a field.
type member struct {
	group *group
	field *field
}

// field is something that has a value.
type field struct {
	path  string // "user.mfa.registered"
	name  string // "mfa.registered"; empty for run.time
	kind  posture.Kind
	spec  *entity.KindSpec // of its kind
	index int              // position in the columns of its kind
	typ   entity.Type
}

func newGroup(path string) *group {
	return &group{path: path, typ: types.NewObjectType("rule." + path), members: make(map[string]*member)}
}

// add puts a field in under a dotted name.
func (g *group) add(dotted string, f *field) error {
	name, rest, more := strings.Cut(dotted, ".")
	if slices.Contains([]string{"in", "true", "false", "null"}, name) {
		return fmt.Errorf("%s: CEL cannot read a field of this name", f.path)
	}
	m := g.members[name]
	if !more {
		if m != nil {
			return fmt.Errorf("%s is both a value and the beginning of a longer name", f.path)
		}
		g.members[name] = &member{field: f}
		return nil
	}
	if m == nil {
		m = &member{group: newGroup(g.path + "." + name)}
		g.members[name] = m
	}
	if m.group == nil {
		return fmt.Errorf("%s is both a value and the beginning of a longer name", m.field.path)
	}
	return m.group.add(rest, f)
}

// addKind puts all fields of a kind in.
func (g *group) addKind(spec *entity.KindSpec) error {
	for i := range spec.Fields {
		f := &spec.Fields[i]
		if err := g.add(f.Name, &field{path: g.path + "." + f.Name, name: f.Name, kind: spec.Kind, spec: spec, index: i, typ: f.Type}); err != nil {
			return err
		}
	}
	return nil
}

// names are the members in the order of the alphabet.
func (g *group) names() []string {
	names := make([]string, 0, len(g.members))
	for name := range g.members {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// paths are all fields below, in the order of the alphabet.
func (g *group) paths() []string {
	var all []string
	for _, m := range g.members {
		if m.field != nil {
			all = append(all, m.field.path)
		} else {
			all = append(all, m.group.paths()...)
		}
	}
	slices.Sort(all)
	return all
}

// suggest finds a field for a name that does not exist below g: one that is
// spelt almost the same, or that ends in the name.
func (g *group) suggest(name string) string {
	all := g.paths()
	for _, path := range all {
		if strings.HasSuffix(path, "."+name) {
			return path
		}
	}
	return nearest(g.path+"."+name, all)
}

// nearest returns the candidate with the fewest differing letters, or "" when
// none is near.
func nearest(word string, candidates []string) string {
	if len(word) > maxWord {
		return ""
	}
	best, least := "", 0
	for _, c := range candidates {
		d := distance(strings.ToLower(word), strings.ToLower(c))
		if d <= 1+len(word)/6 && (best == "" || d < least) {
			best, least = c, d
		}
	}
	return best
}

// maxWord is the longest name that is compared with others: longer ones are
// no misspelling.
const maxWord = 80

// distance is the number of letters to add, drop or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// celType is the type of a field as CEL sees it.
func celType(t entity.Type) *types.Type {
	switch t {
	case entity.Bool:
		return types.BoolType
	case entity.Int, entity.Seconds:
		return types.IntType
	case entity.String:
		return types.StringType
	case entity.Time:
		return types.TimestampType
	case entity.Strings:
		return types.NewListType(types.StringType)
	}
	return types.ErrorType
}

// provider tells the checker the fields of the struct types.
type provider struct {
	types.Provider
	groups map[string]*group // by the name of the CEL type
}

// FindStructType returns the type of a group.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if g, ok := p.groups[name]; ok {
		return types.NewTypeTypeWithParam(g.typ), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames returns the members of a group.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	if g, ok := p.groups[name]; ok {
		return g.names(), true
	}
	return p.Provider.FindStructFieldNames(name)
}

// FindStructFieldType returns the type of a member of a group.
func (p *provider) FindStructFieldType(name, member string) (*types.FieldType, bool) {
	g, ok := p.groups[name]
	if !ok {
		return p.Provider.FindStructFieldType(name, member)
	}
	m, ok := g.members[member]
	switch {
	case !ok:
		return nil, false
	case m.group != nil:
		return &types.FieldType{Type: m.group.typ}, true
	}
	return &types.FieldType{Type: celType(m.field.typ)}, true
}

func (p *provider) register(g *group) {
	p.groups[g.typ.TypeName()] = g
	for _, m := range g.members {
		if m.group != nil {
			p.register(m.group)
		}
	}
}
