// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// The most that a control may be worth (design 3.1).
const (
	maxBuiltIn = 10 * posture.Point
	maxCustom  = 100 * posture.Point
)

var (
	idPattern    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{1,127}$`)
	planPattern  = regexp.MustCompile(`^[A-Z][A-Z0-9_]+$`)
	scubaPattern = regexp.MustCompile(`^MS\.[A-Z]+\.\d+\.\d+$`)
)

// checker looks at one decoded file and puts every fault down with the line of
// the field that it is about.
type checker struct {
	*loader
	file   string
	root   *yaml.Node
	custom bool
	lean   bool
}

func (k *checker) fault(field, format string, args ...any) {
	k.faults = append(k.faults, Fault{k.file, k.line(field), field + ": " + fmt.Sprintf(format, args...)})
}

// line finds the line of a dotted field such as "check.pass" or "cases.2.at";
// a field that is not there gets the line of what it would be in.
func (k *checker) line(field string) int {
	node := k.root
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		node = node.Content[0]
	}
	line := node.Line
	for part := range strings.SplitSeq(field, ".") {
		key, value := child(node, part)
		if value == nil {
			break
		}
		node, line = value, key.Line
	}
	return line
}

func child(node *yaml.Node, part string) (key, value *yaml.Node) {
	if node.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(part); err == nil && i < len(node.Content) {
			return node.Content[i], node.Content[i]
		}
	}
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == part {
				return node.Content[i], node.Content[i+1]
			}
		}
	}
	return nil, nil
}

// word faults a value that is not one of a closed set, and fills a default.
func word[T ~string](k *checker, field string, v *T, fallback T, set ...T) {
	if *v == "" && fallback != "" {
		*v = fallback
		return
	}
	words := make([]string, len(set))
	for i, w := range set {
		if *v == w {
			return
		}
		words[i] = string(w)
	}
	k.fault(field, "is %q; want one of %s", *v, strings.Join(words, ", "))
}

func (k *checker) control(c *Control) {
	if !idPattern.MatchString(string(c.ID)) {
		k.fault("id", "is %q; want letters, digits and underscores", c.ID)
	} else if base := k.file[strings.LastIndexByte(k.file, '/')+1:]; base != string(c.ID)+".yaml" && base != string(c.ID)+".yml" {
		k.fault("id", "is %q; the file must be named %s.yaml", c.ID, c.ID)
	}
	k.text(c)
	word(k, "category", &c.Category, "", posture.Categories()...)
	word(k, "scoring", &c.Scoring, Binary, Binary, Proportional, NotScored)
	word(k, "tier", &c.Tier, Core, Core, DefenseInDepth, Advanced)
	word(k, "difficulty", &c.Difficulty, UnknownLevel, Low, Moderate, High, UnknownLevel)
	word(k, "userImpact", &c.UserImpact, UnknownLevel, Low, Moderate, High, UnknownLevel)
	word(k, "complexity", &c.Complexity, UnknownLevel, Low, Moderate, High, UnknownLevel)
	word(k, "statusPolicy", &c.StatusPolicy, ByPeople, ByPeople, BySource)
	k.points(c)
	k.links(c)
	k.references(c)
	k.check(c)
	if !k.lean {
		k.cases(c)
	}
}

func (k *checker) text(c *Control) {
	for _, f := range []struct{ field, text string }{
		{"title", c.Title},
		{"product", c.Product},
		{"description", c.Description},
		{"userImpactText", c.UserImpactText},
		{"usersAffected", c.UsersAffected},
	} {
		if strings.TrimSpace(f.text) == "" {
			k.fault(f.field, "is missing")
		}
	}
	if len(c.Steps) == 0 {
		k.fault("steps", "is missing; say how the action is done")
	}
	if len(c.Threats) == 0 {
		k.fault("threats", "is missing; name at least one attack that the action protects against")
	}
}

// points sets Max (design 3.1).
func (k *checker) points(c *Control) {
	if c.Scoring == NotScored {
		if c.Weight != nil || (c.Points != "" && c.Points != "0") {
			k.fault("points", "a control that is not scored is worth nothing; leave points and weight out")
		}
		return
	}
	if (c.Points == "") == (c.Weight == nil) {
		k.fault("points", "want either points, where a value is published, or weight")
		return
	}
	if w := c.Weight; w != nil {
		for _, g := range []struct {
			field string
			grade int
		}{{"impact", w.Impact}, {"exposure", w.Exposure}, {"breadth", w.Breadth}} {
			if g.grade < 1 || g.grade > 3 {
				k.fault("weight."+g.field, "is %d; want 1, 2 or 3", g.grade)
			}
		}
		c.Max = posture.Points(w.Impact+w.Exposure+w.Breadth) * posture.Point
		return
	}
	p, err := posture.ParsePoints(c.Points)
	most := maxBuiltIn
	if k.custom {
		most = maxCustom
	}
	switch {
	case err != nil:
		k.fault("points", "is %q; want a decimal with at most two places, such as \"5\" or \"2.5\"", c.Points)
	case p <= 0 || p > most:
		k.fault("points", "is %s; want more than 0 and at most %s", p.Decimal(), most.Decimal())
	}
	c.Max = p
}

func (k *checker) links(c *Control) {
	if c.Manage != "" && !httpsURL(c.Manage) {
		k.fault("manage", "is %q; want an address that begins with https://", c.Manage)
	}
	for i, l := range c.LearnMore {
		if l.Title == "" || !httpsURL(l.URL) {
			k.fault(fmt.Sprintf("learnMore.%d", i), "want a title and a url that begins with https://")
		}
	}
}

func httpsURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Host != ""
}

func (k *checker) references(c *Control) {
	for i, ref := range c.References.SCuBA {
		if !scubaPattern.MatchString(ref) {
			k.fault(fmt.Sprintf("references.scuba.%d", i), "is %q; want the form MS.AAD.3.1", ref)
		}
	}
	for i, plan := range c.Prerequisites {
		if !planPattern.MatchString(plan) {
			k.fault(fmt.Sprintf("prerequisites.%d", i), "is %q; want the name of a service plan, such as AAD_PREMIUM", plan)
		}
	}
}

func (k *checker) check(c *Control) {
	ch := &c.Check
	word(k, "check.require", &ch.Require, All, All, Any, Count)
	if c.Scoring == Proportional && ch.Require != All {
		k.fault("scoring", "proportional goes with require: all only")
	}
	switch {
	case ch.Require == Count && (ch.Min < 0 || (ch.Max != 0 && ch.Max < ch.Min) || (ch.Min == 0 && ch.Max == 0)):
		k.fault("check.min", "want 0 <= min <= max, and at least one of them above 0")
	case ch.Require != Count && (ch.Min != 0 || ch.Max != 0):
		k.fault("check.min", "min and max go with require: count only")
	}
	spec, ok := k.schema.Kind(ch.Entity)
	if !ok {
		k.fault("check.entity", "there is no entity %q", ch.Entity)
		return
	}
	k.show(ch, spec)
	if ch.Strict != "" {
		k.strict(ch)
	}
	if strings.TrimSpace(ch.Pass) == "" {
		k.fault("check.pass", "is missing")
		return
	}
	program, err := k.env.Compile(rule.Source{Entity: ch.Entity, Where: ch.Where, Pass: ch.Pass, Params: ch.Params})
	if err != nil {
		k.ruleFaults(err)
		return
	}
	c.Program = program
	if len(ch.Show) == 0 {
		ch.Show = program.Fields()
	}
}

// show checks the columns and takes the entity's own name off them.
func (k *checker) show(ch *Check, spec *entity.KindSpec) {
	for i, column := range ch.Show {
		name := strings.TrimPrefix(column, string(ch.Entity)+".")
		if _, ok := spec.Field(name); !ok {
			k.fault(fmt.Sprintf("check.show.%d", i), "%s has no field %q", ch.Entity, name)
		}
		ch.Show[i] = name
	}
}

func (k *checker) strict(ch *Check) {
	spec, ok := k.schema.Kind("tenant")
	if ok {
		i, found := spec.Field(ch.Strict)
		ok = found && spec.Fields[i].Type == entity.Bool
	}
	if !ok {
		k.fault("check.strict", "tenant has no true-or-false field %q", ch.Strict)
	}
}

func (k *checker) ruleFaults(err error) {
	for _, one := range each(err) {
		if r, ok := errors.AsType[*rule.Error](one); ok {
			k.fault("check."+r.Part, "column %d: %s", r.Column, r.Message)
			continue
		}
		k.fault("check", "%v", one)
	}
}

// each takes a joined error apart.
func each(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, one := range many.Unwrap() {
			all = append(all, each(one)...)
		}
		return all
	}
	return []error{err}
}

func (k *checker) cases(c *Control) {
	seen := make(map[Expect]bool)
	for i := range c.Cases {
		ca := &c.Cases[i]
		at := fmt.Sprintf("cases.%d", i)
		if ca.Name == "" {
			k.fault(at+".name", "is missing")
		}
		word(k, at+".expect", &ca.Expect, "", ExpectPass, ExpectFail, ExpectUnknown, ExpectNotApplicable)
		word(k, at+".licences", &ca.Licences, "met", "met", "absent", "unreadable")
		if ca.At != "" {
			if _, err := time.Parse(time.RFC3339, ca.At); err != nil {
				k.fault(at+".at", "is %q; want a time such as 2026-01-15T12:00:00Z", ca.At)
			}
		}
		seen[ca.Expect] = true
	}
	if k.custom && len(c.Cases) == 0 {
		return // an organisation may bring a control without examples
	}
	for _, want := range []Expect{ExpectPass, ExpectFail, ExpectUnknown} {
		if !seen[want] {
			k.fault("cases", "there is no case that expects %s", want)
		}
	}
}
