// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"securescore/internal/entity/mailflow"
	"securescore/internal/posture"
)

// The data sets of the rules behind the presets, and of the exceptions from
// Built-in protection.
const (
	eopPresets   = "exchange/EOPProtectionPolicyRule"
	atpPresets   = "exchange/ATPProtectionPolicyRule"
	builtInRules = "exchange/ATPBuiltInProtectionRule"
)

// policyChain is the order in which the policies of one family are tried.
type policyChain struct {
	family *mailFamily
	table  *Table // the policies
	steps  []policyStep
	chain  *mailflow.Chain
	read   bool // some evidence of the family was collected
}

// policyStep is one policy in the chain.
type policyStep struct {
	rule   mailflow.Rule
	key    string // names the step among those of its family
	title  string // what people call it
	level  string
	policy int            // row of the policy; -1 when it was not read
	why    posture.Reason // why the policy, or whom it is for, is not known
	last   bool           // behind all others
}

// newPolicyChain reads the rules of a family in their order: Strict preset,
// Standard preset, custom rules by ascending priority, default policy. A rule
// that is disabled, or whose policy is, is never in force.
func newPolicyChain(m *Model, f *mailFamily) *policyChain {
	c := &policyChain{family: f, table: m.Table(f.policies)}
	c.read = c.table.Collected()
	if f.presets != "" {
		c.presets(m)
	}
	c.custom(m)
	c.last(m)
	rules := make([]mailflow.Rule, len(c.steps))
	for i := range c.steps {
		rules[i] = c.steps[i].rule
	}
	c.chain = mailflow.NewChain(rules)
	return c
}

// ruleTable reads a set of rules. What a rule does not say of a condition is
// unknown; null is a condition that it does not have.
func (c *policyChain) ruleTable(m *Model, set string) *Table {
	to := [6]string{"SentTo", "SentToMemberOf", "RecipientDomainIs", "ExceptIfSentTo", "ExceptIfSentToMemberOf", "ExceptIfRecipientDomainIs"}
	if c.family.senders {
		to = [6]string{"From", "FromMemberOf", "SenderDomainIs", "ExceptIfFrom", "ExceptIfFromMemberOf", "ExceptIfSenderDomainIs"}
	}
	fields := []Field{
		{Name: "name", Type: String, From: "Name"},
		{Name: "identity", Type: String, From: "Identity"},
		{Name: "state", Type: String, From: "State", Enum: []string{"Enabled", "Disabled"}},
		{Name: "priority", Type: Int, From: "Priority"},
		{Name: "policy", Type: String, From: c.family.policy},
	}
	for _, name := range []string{"Conditions", "Exceptions"} {
		fields = append(fields, Field{Name: strings.ToLower(name), Type: Strings, From: name, Null: []string{}, Absent: []string{}})
	}
	for i, name := range ruleConditions {
		fields = append(fields, Field{Name: name, Type: Strings, From: to[i], Null: []string{}})
	}
	t := readTable(m, set, []string{"Name", "Identity"}, fields...)
	c.read = c.read || t.Collected()
	return t
}

var ruleConditions = []string{"users", "groups", "domains", "exceptUsers", "exceptGroups", "exceptDomains"}

// presets adds the Strict and the Standard preset.
func (c *policyChain) presets(m *Model) {
	t := c.ruleTable(m, c.family.presets)
	if !t.Collected() {
		c.unreadRules(t.Missing, "strict", "standard")
		return
	}
	var found []policyStep
	for row := range t.Len() {
		if s, ok := c.step(t, row, presetLevel(t.Names[row])); ok {
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(a, b policyStep) int {
		return cmp.Compare(presetRank(a.level), presetRank(b.level))
	})
	c.steps = append(c.steps, found...)
}

func presetLevel(name string) string {
	switch {
	case strings.HasPrefix(name, "Strict Preset Security Policy"):
		return "strict"
	case strings.HasPrefix(name, "Standard Preset Security Policy"):
		return "standard"
	}
	return ""
}

func presetRank(level string) int {
	switch level {
	case "strict":
		return 0
	case "standard":
		return 1
	}
	return 2
}

// custom adds the rules of custom policies. Priorities that are missing or
// equal leave the order open, so that each rule may be the first or not.
func (c *policyChain) custom(m *Model) {
	t := c.ruleTable(m, c.family.custom)
	if !t.Collected() {
		c.unreadRules(t.Missing, "custom")
		return
	}
	type ranked struct {
		policyStep
		priority int64
	}
	var found []ranked
	for row := range t.Len() {
		s, ok := c.step(t, row, "custom")
		if !ok {
			continue
		}
		priority, known := knownNumber(t, row, "priority")
		if !known {
			priority = math.MaxInt64
		}
		found = append(found, ranked{s, priority})
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return cmp.Compare(a.priority, b.priority) })
	ordered := true
	for i := 1; i < len(found); i++ {
		ordered = ordered && found[i].priority != found[i-1].priority
	}
	for _, r := range found {
		if !ordered {
			r.rule.Unread = true
			r.why = undecided("the order of the " + c.family.noun + " rules is not known")
		}
		c.steps = append(c.steps, r.policyStep)
	}
}

// step makes a step of a rule; false when the rule is never in force.
func (c *policyChain) step(t *Table, row int, level string) (policyStep, bool) {
	state, known := t.text(row, "state")
	if known && state == "Disabled" {
		return policyStep{}, false
	}
	s := policyStep{key: t.Names[row], title: t.Names[row], level: level, policy: -1}
	if !known {
		s.unread("whether the rule " + t.Names[row] + " is enabled is not known")
	}
	s.rule.Users, s.rule.Groups, s.rule.Domains = s.conditions(t, row, 0), s.conditions(t, row, 1), s.conditions(t, row, 2)
	s.rule.ExceptUsers, s.rule.ExceptGroups, s.rule.ExceptDomains = s.conditions(t, row, 3), s.conditions(t, row, 4), s.conditions(t, row, 5)
	s.others(t, row, "conditions", s.rule.Users, s.rule.Groups, s.rule.Domains)
	s.others(t, row, "exceptions", s.rule.ExceptUsers, s.rule.ExceptGroups, s.rule.ExceptDomains)
	if s.why.Code == "" && len(s.rule.Groups)+len(s.rule.ExceptGroups) > 0 {
		s.why = undecided("the members of the groups that " + t.Names[row] + " names were not read")
	}
	name, _ := t.text(row, "policy")
	s.policy = c.find(name)
	if s.policy < 0 && c.table.Collected() {
		s.why = undecided(fmt.Sprintf("the policy %q of the rule %s was not in the evidence", name, t.Names[row]))
	}
	off := c.offOf(&s)
	if off == Unknown {
		s.unread("whether the policy of the rule " + t.Names[row] + " is switched on is not known")
	}
	return s, off != True
}

func (s *policyStep) unread(why string) {
	s.rule.Unread = true
	s.why = undecided(why)
}

func (s *policyStep) conditions(t *Table, row, at int) []string {
	list, known := t.list(row, ruleConditions[at])
	if !known {
		s.unread("whom the rule " + t.Names[row] + " is for is not known")
	}
	return list
}

// others looks whether the rule has conditions of a kind that this version does
// not know: it lists more kinds than there are with values.
func (s *policyStep) others(t *Table, row int, field string, kinds ...[]string) {
	list, known := t.list(row, field)
	n := 0
	for _, values := range kinds {
		if len(values) > 0 {
			n++
		}
	}
	if !known || len(list) > n {
		s.unread("the rule " + t.Names[row] + " has " + field + " that are not known")
	}
}

// find returns the row of the policy that a rule names, or -1.
func (c *policyChain) find(name string) int {
	if name == "" {
		return -1
	}
	for _, field := range []string{"name", "identity", "guid"} {
		for row := range c.table.Len() {
			if text, ok := c.table.text(row, field); ok && strings.EqualFold(text, name) {
				return row
			}
		}
	}
	return -1
}

// off says whether the policy itself is switched off.
func (c *policyChain) off(row int) Tri {
	if _, ok := c.table.Spec.Field("enabled"); !ok {
		return False
	}
	return c.table.Bool(row, "enabled").Not()
}

// offOf says whether the policy of a step is switched off. Those of the presets
// cannot be.
func (c *policyChain) offOf(s *policyStep) Tri {
	if s.policy >= 0 {
		return c.off(s.policy)
	}
	if _, can := c.table.Spec.Field("enabled"); can && s.level == "custom" {
		return Unknown
	}
	return False
}

// unreadRules stands for rules that were not read: each policy of these levels
// may be in force for anybody or for nobody.
func (c *policyChain) unreadRules(why posture.Reason, levels ...string) {
	if !c.table.Collected() {
		s := policyStep{key: levels[0] + "?", title: "policies that were not read", policy: -1, why: why}
		s.rule.Unread = true
		c.steps = append(c.steps, s)
		return
	}
	for _, level := range levels {
		for row := range c.table.Len() {
			if c.levelOf(row) != level || c.off(row) == True {
				continue
			}
			s := policyStep{key: c.table.Names[row], title: c.table.Names[row] + ", if any", level: level, policy: row, why: why}
			s.rule.Unread = true
			c.steps = append(c.steps, s)
		}
	}
}

// levelOf says where a policy stands by its own word.
func (c *policyChain) levelOf(row int) string {
	if c.isLast(row) {
		return "default"
	}
	switch kind, _ := c.table.text(row, "recommendedType"); kind {
	case "Strict":
		return "strict"
	case "Standard":
		return "standard"
	}
	if level := presetLevel(c.table.Names[row]); level != "" {
		return level
	}
	return "custom"
}

// isLast reports whether the policy is the default one, or Built-in
// protection. Older cmdlets tell it by the name alone.
func (c *policyChain) isLast(row int) bool {
	name := c.table.Names[row]
	if c.family.builtIn {
		return c.table.Bool(row, "isBuiltIn") == True || strings.EqualFold(name, "Built-In Protection Policy")
	}
	if is := c.table.Bool(row, "isDefault"); is != Unknown {
		return is == True
	}
	return name == "Default" || name == "Office365 AntiPhish Default"
}

// last adds the policy that is behind all others.
func (c *policyChain) last(m *Model) {
	s := policyStep{key: "default", title: "default policy", level: "default", policy: -1, last: true, why: c.table.Missing}
	for row := range c.table.Len() {
		if c.isLast(row) {
			s.policy, s.title = row, c.table.Names[row]
		}
	}
	switch {
	case s.policy < 0 && c.table.Collected():
		s.why = undecided("the default " + c.family.noun + " policy was not in the evidence")
	case s.policy >= 0 && c.off(s.policy) == True:
		s.policy, s.why = -1, undecided("the default "+c.family.noun+" policy is switched off")
	}
	if c.family.builtIn {
		c.builtIn(m, s)
		return
	}
	c.steps = append(c.steps, s)
}

// builtIn adds Built-in protection, which is the only last step that leaves
// people out, and which is not there without its rule.
func (c *policyChain) builtIn(m *Model, s policyStep) {
	s.key, s.level = "builtIn", "builtIn"
	if s.policy < 0 {
		s.title = "Built-in protection"
	}
	t := readTable(m, builtInRules, []string{"Name", "Identity"},
		Field{Name: "exceptUsers", Type: Strings, From: "ExceptIfSentTo", Null: []string{}},
		Field{Name: "exceptGroups", Type: Strings, From: "ExceptIfSentToMemberOf", Null: []string{}},
		Field{Name: "exceptDomains", Type: Strings, From: "ExceptIfRecipientDomainIs", Null: []string{}})
	if !t.Collected() {
		s.rule.Unread = true
		if s.why.Code == "" {
			s.why = t.Missing
		}
		c.steps = append(c.steps, s)
		return
	}
	for row := range t.Len() {
		next := s
		next.rule.ExceptUsers, next.rule.ExceptGroups, next.rule.ExceptDomains = next.conditions(t, row, 3), next.conditions(t, row, 4), next.conditions(t, row, 5)
		c.steps = append(c.steps, next)
	}
}

// effective are the values that hold for those for whom the same policies are
// possible.
type effective struct {
	cells []cell
}

type cell struct {
	field  string // below the family
	value  any    // nil: unknown
	why    posture.Reason
	column *Column
}

// merge returns the values that all possible policies agree on.
func (c *policyChain) merge(possible []int) *effective {
	e := &effective{cells: c.cells(possible[0])}
	for _, at := range possible[1:] {
		for i, other := range c.cells(at) {
			mine := &e.cells[i]
			if mine.value != nil && reflect.DeepEqual(mine.value, other.value) {
				continue
			}
			if mine.value != nil || mine.why.Code == "" {
				mine.why = c.doubt(possible)
			}
			mine.value = nil
		}
	}
	return e
}

// doubt explains why several policies are possible.
func (c *policyChain) doubt(possible []int) posture.Reason {
	for _, at := range possible {
		if at == mailflow.None {
			continue
		}
		if s := &c.steps[at]; s.why.Code != "" {
			return s.why
		}
	}
	return undecided("which " + c.family.noun + " policy is in force is not known")
}

func (c *policyChain) cells(at int) []cell {
	if at == mailflow.None {
		why := undecided("no " + c.family.noun + " policy is in force")
		cells := []cell{{field: "policy", value: ""}, {field: "level", value: "none"}, {field: "protected", value: false}}
		for _, f := range c.family.fields() {
			cells = append(cells, cell{field: f.Name, why: why})
		}
		return cells
	}
	s := &c.steps[at]
	cells := []cell{{field: "policy", value: s.title}, {field: "level", why: s.why}, {field: "protected", value: true}}
	if s.policy >= 0 {
		cells[0].value = c.table.Names[s.policy]
	}
	if s.level != "" {
		cells[1].value = s.level
	}
	for _, f := range c.family.fields() {
		cells = append(cells, c.cell(s, f.Name))
	}
	return cells
}

func (c *policyChain) cell(s *policyStep, field string) cell {
	if s.policy >= 0 {
		col := c.table.Col(field)
		if v, ok := col.Value(s.policy); ok {
			return cell{field: field, value: v}
		}
		return cell{field: field, why: col.Why(s.policy)}
	}
	if !c.table.Collected() {
		if v, ok := c.family.published[s.level][field]; ok {
			return cell{field: field, value: v}
		}
		return cell{field: field, why: c.table.Missing}
	}
	return cell{field: field, why: s.why}
}

// in finds the columns of a table that the values go to.
func (e *effective) in(t *Table, family string) *effective {
	for i := range e.cells {
		e.cells[i].column = t.Col(family + "." + e.cells[i].field)
	}
	return e
}

func (e *effective) put(row int) {
	for i := range e.cells {
		c := &e.cells[i]
		if c.value == nil {
			c.column.clearLike(row, c.why)
			continue
		}
		c.column.put(row, c.value)
	}
}
