// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"securescore/internal/posture"
)

// Keys of the rows that stand for people who were not read.
const (
	allMembers = "all members"
	allGuests  = "all guests"
	// hiddenKey stands for administrators who were not read.
	hiddenKey = "eligible administrators"
)

// fillUsers completes the users, or puts one row for all members and one for
// all guests where they were not read: policies alone can settle much for all.
func (a *access) fillUsers() {
	t := a.m.Table("user")
	if !a.listed {
		if a.read || a.defaults != Unknown {
			a.aggregate(t)
		}
		return
	}
	perUser, legacy := a.perUserStates(), a.legacyCounts()
	for row, key := range t.Keys {
		id := strings.ToLower(key)
		t.SetBool(row, "emergency", a.intended[id])
		a.roles(t, row, id)
		perUser(row, id)
		legacy(row, id)
	}
}

func (a *access) aggregate(t *Table) {
	why := t.Missing
	t.Missing = posture.Reason{}
	t.Aggregate = fmt.Sprintf("the users were not read one by one (%s), so that two rows stand for all members and all guests", why)
	for _, one := range []struct{ key, name, kind string }{{allMembers, "All users", memberType}, {allGuests, "All guests", guestType}} {
		row := t.Add(one.key, one.name)
		for i := range t.Spec.Fields {
			t.columns[i].clearLike(row, why)
		}
		t.SetBool(row, "enabled", true)
		t.SetString(row, "type", one.kind)
		if len(a.intended) == 0 {
			t.SetBool(row, "emergency", false)
		}
	}
}

// openRoles is why it is not known who else holds a role, zero when it is.
func (a *access) openRoles() posture.Reason {
	switch {
	case a.holders.missing.Code != "":
		return a.holders.missing
	case len(a.open) > 0:
		return posture.Reason{Code: posture.NotCollected, Detail: fmt.Sprintf("%s was not read, so that the holders of the role %s through %s are not known", groupSet, roleName(a.open[0].role), a.open[0].key)}
	case !a.holders.complete:
		return posture.Reason{Code: posture.Shape, Detail: "the evidence does not list the holders of all roles"}
	}
	return posture.Reason{}
}

func (a *access) roles(t *Table, row int, id string) {
	names, admin, global := []string{}, False, False
	for _, one := range a.byPerson[id] {
		if one.eligible {
			continue
		}
		names = append(names, roleName(one.role))
		admin = admin.Or(TriOf(isAdministrative(one.role)))
		global = global.Or(TriOf(roleName(one.role) == globalAdministrator && !one.scoped && !one.activated))
	}
	why := a.openRoles()
	if why.Code != "" {
		admin, global = admin.Or(Unknown), global.Or(Unknown)
		t.Col("roles").clearLike(row, why)
	} else {
		slices.Sort(names)
		t.SetStrings(row, "roles", slices.Compact(names))
	}
	t.setLike(row, "admin", admin, why)
	t.setLike(row, "globalAdministrator", global, why)
}

// setLike is SetTri for a reason that many rows share.
func (t *Table) setLike(row int, field string, v Tri, why posture.Reason) {
	if v == Unknown {
		t.Col(field).clearLike(row, why)
		return
	}
	t.SetBool(row, field, v == True)
}

// perUserStates returns what fills perUserMfa.
func (a *access) perUserStates() func(row int, id string) {
	t, set := a.m.Table("user"), a.m.Set(requirementSet)
	states := make(map[string]string, len(set.Objects))
	for _, o := range set.Objects {
		var r struct {
			ID    string `json:"id"`
			State string `json:"perUserMfaState"`
		}
		if json.Unmarshal(o.Raw, &r) == nil && slices.Contains([]string{"disabled", "enabled", "enforced"}, r.State) {
			if r.ID == "" {
				r.ID = o.Key
			}
			states[strings.ToLower(r.ID)] = r.State
		}
	}
	why := set.Missing
	if set.Collected() {
		why = absent(requirementSet, "perUserMfaState of the user")
	}
	return func(row int, id string) {
		if state, ok := states[id]; ok {
			t.SetString(row, "perUserMfa", state)
			return
		}
		t.Col("perUserMfa").clearLike(row, why)
	}
}

// legacyCounts returns what fills legacySignIns. A client without a name may be
// a legacy one.
func (a *access) legacyCounts() func(row int, id string) {
	t, set := a.m.Table("user"), a.m.Set(signInSet)
	counts, open := make(map[string]int64), make(map[string]bool)
	unread := false
	for _, o := range set.Objects {
		var r struct {
			User   string  `json:"userId"`
			Client *string `json:"clientAppUsed"`
			Status struct {
				Code *int64 `json:"errorCode"`
			} `json:"status"`
		}
		id := ""
		if err := json.Unmarshal(o.Raw, &r); err == nil {
			id = strings.ToLower(r.User)
		}
		switch {
		case id == "":
			unread = true
		case r.Status.Code != nil && *r.Status.Code != 0:
		case r.Status.Code == nil, r.Client == nil, *r.Client == "":
			open[id] = true
		case *r.Client != "Browser" && *r.Client != "Mobile Apps and Desktop clients":
			counts[id]++
		}
	}
	why := set.Missing
	if set.Collected() {
		why = posture.Reason{Code: posture.Shape, Detail: signInSet + " holds a sign-in whose user, client or result cannot be read"}
	}
	return func(row int, id string) {
		if n := counts[id]; n > 0 || set.Collected() && !unread && !open[id] {
			t.SetInt(row, "legacySignIns", n)
			return
		}
		t.Col("legacySignIns").clearLike(row, why)
	}
}

// fillAdmins makes one row for each person who holds or can activate an
// administrative role, and one for each holder of whom nothing is known.
func (a *access) fillAdmins() {
	t := a.m.Table("admin")
	if t.Missing = a.holders.missing; t.Missing.Code == "" && len(a.holders.all) == 0 {
		t.Missing = posture.Reason{Code: posture.Shape, Detail: "the evidence names no holder of any role, though every organisation has an administrator"}
	}
	if t.Missing.Code != "" {
		return
	}
	if a.holders.hidden.Code != "" {
		a.hiddenAdmins(t)
	}
	for i := range a.holders.all {
		one := &a.holders.all[i]
		if !isAdministrative(one.role) {
			continue
		}
		people, known := a.holders.people(one, a.users, a.listed)
		if !known {
			a.unknownAdmin(t, one)
			continue
		}
		for _, id := range people {
			a.admin(t, id, one)
		}
	}
}

// hiddenAdmins is a row for everybody who can activate a role, where that could
// not be read.
func (a *access) hiddenAdmins(t *Table) {
	row := t.Add(hiddenKey, "People who can activate a role")
	for i := range t.Spec.Fields {
		t.columns[i].clear(row, a.holders.hidden)
	}
	t.SetBool(row, "active", true)
}

// unknownAdmin stands for holders who were not read.
func (a *access) unknownAdmin(t *Table, one *holding) {
	row := t.Add(one.key, one.name)
	why := posture.Reason{Code: posture.NotCollected, Detail: fmt.Sprintf("who holds the role %s through %s was not read", roleName(one.role), one.key)}
	for i := range t.Spec.Fields {
		t.columns[i].clear(row, why)
	}
	t.SetBool(row, "active", true)
	if one.role != "" {
		t.rank(row, []*holding{one})
	}
}

// rank says how much power roles give together.
func (t *Table) rank(row int, held []*holding) {
	high, first := false, false
	for _, one := range held {
		high = high || privilegedRoles()[one.role] != ""
		first = first || askedFirst()[one.role] != ""
	}
	t.SetBool(row, "highlyPrivileged", high)
	t.SetBool(row, "privileged", high || first)
}

func (a *access) admin(t *Table, id string, one *holding) {
	users := a.m.Table("user")
	key, name := one.key, one.name
	from, listed := a.users[id]
	if listed = listed && a.listed; listed {
		key, name = users.Keys[from], users.Names[from]
	} else if one.principal != id {
		key, name = id, "" // through a group
	}
	if _, done := t.Row(key); done {
		return
	}
	row := t.Add(key, name)
	held := a.byPerson[id]
	names := make([]string, 0, len(held))
	for _, h := range held {
		names = append(names, roleName(h.role))
	}
	slices.Sort(names)
	if slices.Contains(names, "") {
		why := posture.Reason{Code: posture.Shape, Detail: "the roles of the person cannot be read"}
		for _, field := range []string{"roles", "privileged", "highlyPrivileged"} {
			t.SetUnknown(row, field, why)
		}
	} else {
		t.SetStrings(row, "roles", slices.Compact(names))
		t.rank(row, held)
	}
	t.SetBool(row, "emergency", a.intended[id])
	if listed {
		a.copyUser(t, row, from)
	} else {
		a.bareAdmin(t, row, one)
	}
	t.SetBool(row, "active", t.Bool(row, "enabled") != False)
}

// copyUser takes over what the table of users knows.
func (a *access) copyUser(t *Table, row, from int) {
	users := a.m.Table("user")
	fields := []string{"principalName", "type", "enabled", "synced"}
	for _, f := range registrationFields() {
		fields = append(fields, f.Name)
	}
	for _, field := range fields {
		if v, known := users.Col(field).Value(from); known {
			t.Col(field).put(row, v)
		} else {
			t.Col(field).clearLike(row, users.Col(field).Why(from))
		}
	}
}

// bareAdmin fills what the list of holders itself says.
func (a *access) bareAdmin(t *Table, row int, one *holding) {
	why := a.unlisted
	if why.Code == "" {
		why = posture.Reason{Code: posture.NotCollected, Detail: userSet + " does not list the person"}
	}
	for _, field := range []string{"principalName", "type", "enabled", "synced"} {
		t.Col(field).clearLike(row, why)
	}
	t.noRegistration(row, why)
	if one.upn != "" {
		t.SetString(row, "principalName", one.upn)
	}
	if people := a.m.Table("privilegedUser"); people.Collected() {
		if from, ok := people.Row(one.key); ok {
			t.SetTri(row, "synced", people.is(from, "immutableId", "").Not(), people.Col("immutableId").Why(from))
		}
	}
}

func (a *access) fillTenant() {
	t := a.m.Table("tenant")
	t.Missing = posture.Reason{}
	row := t.Add("tenant", a.m.name())
	t.SetTri(row, "securityDefaults", a.defaults, a.undefaulted)
	a.countUsers(t, row)
	a.fillStrict(t, row)
	if !a.read {
		t.SetUnknown(row, "conditionalAccess.enabledPolicies", a.missing)
		return
	}
	n := int64(0)
	for i := range a.set.Policies {
		b := a.set.Policies[i].Protects()
		if b.May && !b.Sure {
			t.SetUnknown(row, "conditionalAccess.enabledPolicies", posture.Reason{Code: posture.Shape, Detail: accessPolicySet + " holds a policy whose state is not known"})
			return
		}
		if b.Sure {
			n++
		}
	}
	t.SetInt(row, "conditionalAccess.enabledPolicies", n)
}

func (a *access) countUsers(t *Table, row int) {
	users := a.m.Table("user")
	if !a.listed {
		t.SetUnknown(row, "users", a.unlisted)
		t.SetUnknown(row, "guests", a.unlisted)
		return
	}
	kinds, enabled := users.Col("type"), users.Col("enabled")
	members, guests := int64(0), int64(0)
	for person := range enabled.True.Rows {
		switch {
		case !kinds.Known.Has(person):
		case kinds.Text(person) == guestType:
			guests++
		default:
			members++
		}
	}
	t.SetInt(row, "users", members)
	t.SetInt(row, "guests", guests)
}
