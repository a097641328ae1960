// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"maps"
	"slices"
	"strings"

	"securescore/internal/entity/conditional"
	"securescore/internal/posture"
)

// exclusionDemands are the protections that an exclusion must not cost anybody.
// Others are often meant for some people only.
var exclusionDemands = []string{"mfa", "legacyBlocked", "userRisk", "signInRisk", "deviceCodeBlocked", "authenticationTransferBlocked"}

// byDefaults are the demands that security defaults meet for everybody.
var byDefaults = []string{"mfa", "legacyBlocked"}

func (a *access) coverUsers() {
	t := a.m.Table("user")
	if !t.Collected() || t.Len() == 0 {
		return
	}
	people := a.people(t, a.userRoles(t))
	if t.Aggregate != "" {
		people.Kinds = []conditional.Kinds{conditional.Member | conditional.CollaborationMember, conditional.AllGuests}
		people.Anonymous.Add(0)
		people.Anonymous.Add(1)
	}
	a.cover(t, people)
	a.perUserEnforced(t)
	a.exclusions(t, people)
	a.lockouts(t, people)
}

func (a *access) coverAdmins() {
	t := a.m.Table("admin")
	if !t.Collected() || t.Len() == 0 {
		return
	}
	people := a.people(t, a.adminRoles(t))
	for row, key := range t.Keys {
		hidden := a.holders.hidden.Code != "" && key == hiddenKey
		if hidden || slices.ContainsFunc(a.open, func(one *holding) bool { return one.key == key }) {
			people.Anonymous.Add(row)
			people.Kinds[row] = 0
		}
	}
	a.cover(t, people)
}

// people describes the rows of a table for the policies.
func (a *access) people(t *Table, role func(string) conditional.Match) *conditional.People {
	rows := a.rowsOf(t)
	p := &conditional.People{
		Len: t.Len(), Role: role, Kinds: make([]conditional.Kinds, t.Len()),
		Anonymous: conditional.NewRows(t.Len()), Forgiven: conditional.NewRows(t.Len()),
		Row:      func(id string) (int, bool) { row, ok := rows[id]; return row, ok },
		Intended: func(id string) bool { return a.intended[id] },
	}
	for row := range t.Len() {
		p.Kinds[row] = a.kinds(t, row)
		if t.Bool(row, "emergency") == True {
			p.Forgiven.Add(row)
		}
	}
	p.Group = func(id string) conditional.Match { return a.group(p, rows, id) }
	return p
}

// rowsOf finds the rows of a table of people by id in lower case.
func (a *access) rowsOf(t *Table) map[string]int {
	rows := lowerKeys(t)
	users := a.m.Table("user")
	for id, from := range a.users {
		if row, ok := t.Row(users.Keys[from]); ok {
			rows[id] = row
		}
	}
	return rows
}

// kinds says what kinds of people a person can be, as far as is known. The
// table of users knows most.
func (a *access) kinds(t *Table, row int) conditional.Kinds {
	if from, ok := a.users[strings.ToLower(t.Keys[row])]; ok && a.listed {
		t, row = a.m.Table("user"), from
	}
	kind, ok := t.text(row, "type")
	if !ok {
		return 0
	}
	name, named := t.text(row, "principalName")
	invitation, invited := "", false
	if t.Spec.Kind == "user" {
		invitation, invited = t.text(row, "invitation")
	}
	outside := invitation != "" || strings.Contains(strings.ToUpper(name), "#EXT#")
	switch {
	case kind == guestType && outside:
		return conditional.CollaborationGuest
	case kind == guestType:
		return conditional.CollaborationGuest | conditional.InternalGuest
	case outside:
		return conditional.CollaborationMember
	case named && invited:
		return conditional.Member
	}
	return conditional.Member | conditional.CollaborationMember
}

// group finds the people in a group. A group that is not in the directory has
// no members.
func (a *access) group(p *conditional.People, rows map[string]int, id string) conditional.Match {
	m := conditional.Match{Sure: conditional.NewRows(p.Len), May: conditional.NewRows(p.Len)}
	g := a.holders.groups[id]
	if g == nil && a.holders.grouped {
		return m
	}
	if g == nil || !g.known {
		for row := range p.Len {
			m.May.Add(row)
		}
		return m
	}
	strangers := false
	for _, member := range g.members {
		if row, ok := rows[member]; ok {
			m.Sure.Add(row)
			m.May.Add(row)
		}
		strangers = strangers || !a.intended[member]
	}
	if strangers {
		for row := range p.Len {
			if p.Anonymous.Has(row) {
				m.May.Add(row)
			}
		}
	}
	return m
}

// userRoles finds the holders of a role. Who can activate it holds it at times.
func (a *access) userRoles(t *Table) func(string) conditional.Match {
	return a.roleMatch(t, func(one *holding) bool { return !one.eligible && !one.scoped })
}

// adminRoles takes all roles of an administrator for held: what matters is what
// happens when the person acts as one.
func (a *access) adminRoles(t *Table) func(string) conditional.Match {
	return a.roleMatch(t, func(one *holding) bool { return !one.scoped })
}

func (a *access) roleMatch(t *Table, sure func(*holding) bool) func(string) conditional.Match {
	rows := a.rowsOf(t)
	holders := make(map[string]*conditional.Match)
	of := func(role string) *conditional.Match {
		if holders[role] == nil {
			holders[role] = &conditional.Match{Sure: conditional.NewRows(t.Len()), May: conditional.NewRows(t.Len())}
		}
		return holders[role]
	}
	for id, held := range a.byPerson {
		row, ok := rows[id]
		if !ok {
			continue
		}
		for _, one := range held {
			of(one.role).May.Add(row)
			if sure(one) {
				of(one.role).Sure.Add(row)
			}
		}
	}
	for _, one := range a.open {
		if row, ok := rows[one.principal]; ok && sure(one) {
			of(one.role).Sure.Add(row) // whoever they are, they hold it
		}
	}
	anybody := func(role string) bool {
		listed := a.holders.complete || a.holders.exported && privilegedRoles()[role] != ""
		if a.holders.missing.Code != "" || a.holders.hidden.Code != "" || !listed {
			return true
		}
		return slices.ContainsFunc(a.open, func(one *holding) bool { return one.role == role })
	}
	return func(role string) conditional.Match {
		m := of(role)
		if t.Aggregate != "" || anybody(role) {
			for row := range t.Len() {
				m.May.Add(row)
			}
		}
		return *m
	}
}

// cover fills covered and gap of every demand.
func (a *access) cover(t *Table, people *conditional.People) {
	coverage := a.set.Cover(people)
	ordinary := coverage
	if t.Aggregate != "" {
		// All people without a role: none of them is left out with a role.
		none := *people
		none.Role = func(string) conditional.Match {
			return conditional.Match{Sure: conditional.NewRows(t.Len()), May: conditional.NewRows(t.Len())}
		}
		ordinary = a.set.Cover(&none)
	}
	for _, d := range conditional.Demands() {
		find := coverage.Demand(&d, false)
		if d.WithoutRole && a.read {
			find = a.withoutRole(t, ordinary.Demand(&d, false), coverage.Demand(&d, true))
		}
		a.coverDemand(t, &d, find)
	}
}

// withoutRole answers a demand that is about people without an administrative
// role. An administrator may be left out, but only of something that is there:
// a policy that would reach the administrator, or does reach others.
func (a *access) withoutRole(t *Table, find, otherwise func(int) *conditional.Finding) func(int) *conditional.Finding {
	reaches := conditional.Bounds{}
	for row := range t.Len() {
		if a.hasRole(t, row) == False {
			b := find(row).Bounds
			reaches.Sure, reaches.May = reaches.Sure || b.Sure, reaches.May || b.May
		}
	}
	return func(row int) *conditional.Finding {
		f := find(row)
		if f.Sure || a.hasRole(t, row) != True {
			return f
		}
		o := otherwise(row)
		return &conditional.Finding{Bounds: conditional.Bounds{Sure: o.Sure || reaches.Sure, May: o.May || reaches.May}, Why: f.Why}
	}
}

func (a *access) coverDemand(t *Table, d *conditional.Demand, find func(int) *conditional.Finding) {
	covered, gap := t.Col("covered."+d.Name), t.Col("gap."+d.Name)
	defaults := False
	if slices.Contains(byDefaults, d.Name) {
		defaults = a.defaults
	}
	codes := map[string]uint32{}
	for row := range t.Len() {
		v, why := Unknown, a.missing
		if a.read {
			f := find(row)
			v, why = triOf(f.Bounds), posture.Reason{Code: posture.Undecided, Detail: f.Why}
		}
		if d.WithoutRole && v == False && a.hasRole(t, row) == Unknown {
			v, why.Detail = Unknown, "whether the person holds an administrative role is not known"
		}
		switch {
		case defaults == True:
			v = True
		case defaults == Unknown && v == False:
			v, why.Detail = Unknown, "whether security defaults are on is not known, and no policy does it"
		}
		if v == True {
			why.Detail = ""
		}
		covered.settle(row, v, why)
		code, ok := codes[why.Detail]
		if !ok {
			code = gap.Dict.Code(why.Detail)
			codes[why.Detail] = code
		}
		gap.Known.Add(row)
		gap.Codes[row] = code
	}
}

// settle stores a truth value of a Bool column; the reasons are shared by many
// rows.
func (c *Column) settle(row int, v Tri, why posture.Reason) {
	if v == Unknown {
		c.clearLike(row, why)
		return
	}
	c.Known.Add(row)
	c.True.Put(row, v == True)
}

// hasRole says whether a person holds an administrative role. Rows that stand
// for people who were not read stand for those without one.
func (a *access) hasRole(t *Table, row int) Tri {
	switch {
	case t.Spec.Kind == "admin":
		return True
	case t.Aggregate != "":
		return False
	}
	return t.Bool(row, "admin")
}

// perUserEnforced takes the older per-user setting into account. It asks for
// multifactor authentication, but not from addresses that it trusts, and no
// interface says which these are.
func (a *access) perUserEnforced(t *Table) {
	for row := range t.Len() {
		if state, ok := t.text(row, "perUserMfa"); ok && state == "enforced" && t.Bool(row, "covered.mfa") == False {
			t.Col("covered.mfa").clearLike(row, posture.Reason{Code: posture.Undecided, Detail: "only per-user multifactor authentication is enforced, and the addresses that it trusts cannot be read"})
		}
	}
}

// exclusions fills what people lack only because a policy leaves them out.
func (a *access) exclusions(t *Table, people *conditional.People) {
	column := t.Col("exclusionGaps")
	if !a.read {
		for row := range t.Len() {
			column.clearLike(row, a.missing)
		}
		return
	}
	coverage := a.set.Cover(people)
	excluded := coverage.Excluded()
	gaps, open := make(map[int][]string), make(map[int]string)
	for _, d := range conditional.Demands() {
		if !slices.Contains(exclusionDemands, d.Name) {
			continue
		}
		actual, otherwise := coverage.Demand(&d, false), coverage.Demand(&d, true)
		for row := range Bits(excluded).Rows {
			is, could := actual(row), otherwise(row)
			switch {
			case could.Sure && !is.May:
				gaps[row] = append(gaps[row], d.Name)
			case could.May && !is.Sure && could.Bounds != is.Bounds:
				open[row] = is.Why
			}
		}
	}
	unclear := a.unclearExclusions()
	for row := range t.Len() {
		if unclear.Code != "" && len(gaps[row]) == 0 {
			column.clearLike(row, unclear)
			continue
		}
		if why, ok := open[row]; ok && len(gaps[row]) == 0 {
			column.clearLike(row, posture.Reason{Code: posture.Undecided, Detail: why})
			continue
		}
		column.put(row, append([]string{}, gaps[row]...))
	}
}

// unclearExclusions is why nobody knows whom policies leave out: one that is
// or may be enforced has a condition about people that is not understood.
func (a *access) unclearExclusions() posture.Reason {
	for i := range a.set.Policies {
		p := &a.set.Policies[i]
		if p.Users.Unclear && !p.Workload && p.State != conditional.Disabled && p.State != conditional.ReportOnly {
			why := unclear(p)
			why.Detail = posture.Printable(p.Name) + ": " + why.Detail
			return why
		}
	}
	return posture.Reason{}
}

// lockouts fills canBeLockedOut of the emergency accounts.
func (a *access) lockouts(t *Table, people *conditional.People) {
	column := t.Col("canBeLockedOut")
	if !a.read || len(a.intended) == 0 {
		return
	}
	strict := *people
	strict.Forgiven = nil
	coverage := a.set.Cover(&strict)
	for row := range t.Len() {
		if t.Bool(row, "emergency") != True {
			continue
		}
		b, why := coverage.LockedOut(row)
		if triOf(b) == Unknown {
			column.clear(row, posture.Reason{Code: posture.Undecided, Detail: why})
			continue
		}
		column.put(row, b.Sure)
	}
}

// fillStrict puts the verdicts of strict mode.
func (a *access) fillStrict(t *Table, row int) {
	roles := slices.Sorted(maps.Keys(privilegedRoles()))
	intended := func(id string) bool { return a.intended[id] }
	why := posture.Reason{Code: posture.Undecided, Detail: accessPolicySet + " holds a policy that is not understood and that could do it"}
	for _, d := range conditional.Demands() {
		for _, audience := range []conditional.Audience{conditional.Everybody, conditional.Administrators, conditional.GuestUsers} {
			field := strictField(d.Name, audience)
			if !a.read {
				t.SetUnknown(row, field, a.missing)
				continue
			}
			t.SetTri(row, field, triOf(a.set.Strict(&d, audience, roles, intended)), why)
		}
	}
	agents := False
	for i := range a.set.Policies {
		agents = agents.Or(triOf(a.set.Policies[i].AgentRiskBlocked()))
	}
	if !a.read {
		agents, why = Unknown, a.missing
	}
	t.SetTri(row, "conditionalAccess.agentRiskBlocked.strict", agents, why)
}
