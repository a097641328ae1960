// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"securescore/internal/entity/conditional"
	"securescore/internal/posture"
)

// access is everything that the derivations about people and Conditional
// Access share within one run.
type access struct {
	m        *Model
	set      conditional.Set
	read     bool           // the policies were read
	missing  posture.Reason // why not
	holders  *holders
	users    map[string]int // rows of the table of users by id in lower case
	listed   bool           // users were read one by one
	unlisted posture.Reason // why not
	intended map[string]bool
	defaults Tri // security defaults are on
	// undefaulted is why that is not known.
	undefaulted posture.Reason
	// byPerson are the roles of each person by id in lower case; open are those
	// whose holders are not known.
	byPerson map[string][]*holding
	open     []*holding
}

func deriveConditionalAccess(m *Model) {
	if t := m.Table("user"); t.Collected() && t.Len() == 0 {
		t.Missing = posture.Reason{Code: posture.Shape, Detail: userSet + " lists nobody, though every organisation has an administrator"}
	}
	a := &access{m: m, holders: readHolders(m), users: userRows(m), listed: m.Table("user").Collected(), intended: make(map[string]bool)}
	a.unlisted = m.Table("user").Missing
	for key := range m.intended() {
		a.intended[strings.ToLower(key)] = true
	}
	a.readPolicies()
	a.resolveRoles()
	a.fillLocations()
	a.fillPolicies()
	a.fillUsers()
	a.fillAdmins()
	a.fillTenant()
	a.fillActivations()
	a.coverUsers()
	a.coverAdmins()
}

// readPolicies reads the policies and what they refer to, and decides whether
// security defaults are on.
func (a *access) readPolicies() {
	known := &a.set.Known
	strengths := a.m.Set(strengthSet)
	known.Strengths = make(map[string]conditional.Strength, len(strengths.Objects))
	for _, o := range strengths.Objects {
		if s, err := conditional.ParseStrength(o.Raw); err == nil {
			known.Strengths[s.ID] = s
		}
	}
	locations := a.m.Set(locationSet)
	known.LocationsRead = locations.Collected()
	known.Locations = make(map[string]conditional.Location, len(locations.Objects))
	for _, o := range locations.Objects {
		id, l := readLocation(o)
		known.Locations[id] = l
	}
	policies := a.m.Set(accessPolicySet)
	a.read, a.missing = policies.Collected(), policies.Missing
	for _, o := range policies.Objects {
		a.set.Policies = append(a.set.Policies, conditional.Parse(o.Key, o.Raw, *known))
	}
	a.defaults, a.undefaulted = a.m.Table("securityDefaultsPolicy").settled("enabled"), a.m.Table("securityDefaultsPolicy").Missing
	if a.undefaulted.Code == "" {
		a.undefaulted = absent(defaultsSet, "isEnabled")
	}
	if slices.ContainsFunc(a.set.Policies, func(p conditional.Policy) bool { return p.State == conditional.Enabled }) {
		switch a.defaults { // Entra ID lets nobody have both
		case Unknown:
			a.defaults = False
		case True:
			a.defaults = Unknown
			a.undefaulted = posture.Reason{Code: posture.Undecided, Detail: defaultsSet + " says that security defaults are on, beside an enabled policy: one of the two is out of date"}
		case False:
		}
	}
}

// userRows finds users by id in lower case. Sources use the id as key; should
// one not, its users are found all the same, or an exclusion would be missed.
func userRows(m *Model) map[string]int {
	t, objects := m.Table("user"), m.Set(userSet).Objects
	rows := lowerKeys(t)
	if len(objects) == 0 || textOf(objects[0].Raw, "id") == objects[0].Key {
		return rows
	}
	eachRow(m, t, func(_ *Table, row int, raw []byte) {
		if id := textOf(raw, "id"); id != "" {
			rows[strings.ToLower(id)] = row
		}
	})
	return rows
}

// settled reads a Bool of a singleton.
func (t *Table) settled(field string) Tri {
	if t.Len() == 0 {
		return Unknown
	}
	return t.Bool(0, field)
}

func readLocation(o posture.Object) (id string, l conditional.Location) {
	var r struct {
		ID      string `json:"id"`
		Kind    string `json:"@odata.type"`
		Name    string `json:"displayName"`
		Trusted *bool  `json:"isTrusted"`
		Ranges  []struct {
			CIDR string `json:"cidrAddress"`
		} `json:"ipRanges"`
	}
	id = strings.ToLower(o.Key)
	if err := json.Unmarshal(o.Raw, &r); err != nil {
		return id, conditional.Location{Trusted: conditional.Bounds{May: true}, Wide: true}
	}
	l.Name = r.Name
	l.Trusted.May = r.Trusted == nil && locationType(r.Kind) != "country" || r.Trusted != nil && *r.Trusted
	l.Trusted.Sure = r.Trusted != nil && *r.Trusted
	cidrs := make([]string, 0, len(r.Ranges))
	for _, one := range r.Ranges {
		cidrs = append(cidrs, one.CIDR)
	}
	// A location of addresses has some, so these were not read; one of a type that
	// is not known can be anything.
	l.Wide = wide(cidrs) || len(cidrs) == 0 && locationType(r.Kind) != "country"
	if r.ID != "" {
		id = strings.ToLower(r.ID)
	}
	return id, l
}

func locationType(kind string) string {
	switch strings.TrimPrefix(kind, "#microsoft.graph.") {
	case "ipNamedLocation":
		return "ip"
	case "countryNamedLocation":
		return "country"
	}
	return ""
}

// wide reports whether ranges hold more addresses than the largest network
// that one organisation could call its own: 16 million of IPv4, or more than a
// /24 of IPv6. A range that cannot be read may be any.
func wide(cidrs []string) bool {
	const most = 1 << 24
	total := uint64(0)
	for _, text := range cidrs {
		prefix, err := netip.ParsePrefix(text)
		switch {
		case err != nil, prefix.Addr().Is6() && prefix.Bits() < 24:
			return true
		case prefix.Addr().Is4():
			total += 1 << (32 - prefix.Bits())
		}
	}
	return total > most
}

// resolveRoles finds the people behind the holders of roles.
func (a *access) resolveRoles() {
	a.byPerson = make(map[string][]*holding)
	for i := range a.holders.all {
		one := &a.holders.all[i]
		people, known := a.holders.people(one, a.users, a.listed)
		if !known {
			a.open = append(a.open, one)
			continue
		}
		for _, id := range people {
			a.byPerson[id] = append(a.byPerson[id], one)
		}
	}
}

func (a *access) fillLocations() {
	t := a.m.Table("namedLocation")
	eachRow(a.m, t, func(t *Table, row int, raw []byte) {
		if kind := locationType(textOf(raw, "@odata.type")); kind != "" {
			t.SetString(row, "type", kind)
		} else {
			t.SetUnknown(row, "type", absent(locationSet, "@odata.type"))
		}
		if ranges, ok := t.list(row, "ranges"); ok {
			t.SetBool(row, "wide", wide(ranges))
		} else {
			t.SetUnknown(row, "wide", t.Col("ranges").Why(row))
		}
	})
}

func (a *access) fillPolicies() {
	t := a.m.Table("conditionalAccessPolicy")
	for i, o := range a.m.Set(accessPolicySet).Objects {
		p := &a.set.Policies[i]
		row, _ := t.Row(o.Key)
		t.SetBool(row, "understood", len(p.Doubts) == 0)
		t.SetStrings(row, "doubts", p.Doubts)
		excludes := TriOf(p.Users.Excludes())
		if p.Users.Unclear {
			excludes = excludes.Or(Unknown)
		}
		t.SetTri(row, "excludes", excludes, unclear(p))
		doubt := posture.Reason{Code: posture.Undecided, Detail: "the policy holds something that is not understood: " + strings.Join(p.Doubts, ", ")}
		t.SetTri(row, "protects", triOf(p.Protects()), doubt)
		t.SetTri(row, "agentRiskBlocked", triOf(p.AgentRiskBlocked()), doubt)
		a.references(t, row, p)
		a.unprotected(t, row, p)
	}
}

// unclear is why it is not known whom a policy is about.
func unclear(p *conditional.Policy) posture.Reason {
	return posture.Reason{Code: posture.Undecided, Detail: "whom the policy is about is not understood: " + strings.Join(p.Doubts, ", ")}
}

// fillActivations says whether the authentication contexts that activations of
// roles must satisfy ask for multifactor authentication.
func (a *access) fillActivations() {
	t := a.m.Table("roleSetting")
	for row := range t.Len() {
		v, why := t.Bool(row, "activation.context"), t.whyOf(row, "activation.context", "activation.claim")
		if v == True {
			v, why = a.contextAsks(t, row)
		}
		t.SetTri(row, "activation.contextAsks", v, why)
	}
}

func (a *access) contextAsks(t *Table, row int) (Tri, posture.Reason) {
	id, known := t.text(row, "activation.claim")
	switch {
	case !known:
		return Unknown, t.Col("activation.claim").Why(row)
	case id == "":
		return Unknown, posture.Reason{Code: posture.Shape, Detail: rolePolicySet + " asks for an authentication context and names none"}
	case !a.read:
		return Unknown, a.missing
	}
	role, _ := t.text(row, "role")
	v := triOf(a.set.ContextAsks(id, templateOf(role), func(id string) bool { return a.intended[id] }))
	return v, posture.Reason{Code: posture.Undecided, Detail: "whether the policies for the authentication context " + posture.Printable(id) + " reach everybody is not known"}
}

// templateOf is the template id of a highly privileged role.
func templateOf(role string) string {
	for id, name := range privilegedRoles() {
		if name == role {
			return id
		}
	}
	return ""
}

// triOf turns bounds into a truth value.
func triOf(b conditional.Bounds) Tri {
	switch {
	case b.Sure:
		return True
	case b.May:
		return Unknown
	}
	return False
}

// references looks up what a policy names. What was found to be gone is said
// even where something else could not be looked up.
func (a *access) references(t *Table, row int, p *conditional.Policy) {
	gone, unread := []string{}, posture.Reason{}
	look := func(ids, words []string, why posture.Reason, read bool, exists func(string) bool) {
		for _, id := range ids {
			switch {
			case slices.Contains(words, id):
			case !read:
				unread = why
			case !exists(id):
				gone = append(gone, id)
			}
		}
	}
	u := &p.Users
	user := func(id string) bool { _, ok := a.users[id]; return ok }
	grp := func(id string) bool { return a.holders.groups[id] != nil }
	place := func(id string) bool { _, ok := a.set.Known.Locations[id]; return ok }
	userWords, placeWords := []string{"all", "none", "guestsorexternalusers"}, []string{"all", "alltrusted"}
	look(slices.Concat(u.Include, u.Exclude), userWords, a.unlisted, a.listed, user)
	look(slices.Concat(u.IncludeGroups, u.ExcludeGroups), nil, a.m.Set(groupSet).Missing, a.holders.grouped, grp)
	places := slices.Concat(p.Locations.Include, p.Locations.Exclude)
	look(places, placeWords, a.m.Set(locationSet).Missing, a.set.Known.LocationsRead, place)
	if u.Unclear {
		unread = unclear(p)
	}
	if len(gone) == 0 && unread.Code != "" {
		t.SetUnknown(row, "missingReferences", unread)
	} else {
		slices.Sort(gone)
		t.SetStrings(row, "missingReferences", slices.Compact(gone))
	}
	t.SetTri(row, "usesNamedLocation", a.usesPlace(places), a.m.Set(locationSet).Missing)
}

// usesPlace says whether one of the locations that a policy names exists.
func (a *access) usesPlace(places []string) Tri {
	v := False
	for _, id := range places {
		_, exists := a.set.Known.Locations[id]
		switch {
		case id == "all":
		case exists, id == "alltrusted" && a.anyTrusted():
			return True
		case !a.set.Known.LocationsRead:
			v = Unknown
		}
	}
	return v
}

func (a *access) anyTrusted() bool {
	for _, l := range a.set.Known.Locations {
		if l.Trusted.Sure {
			return true
		}
	}
	return false
}

// unprotected lists the groups that a policy leaves out and that many people
// could put themselves or others into.
func (a *access) unprotected(t *Table, row int, p *conditional.Policy) {
	found, why := []string{}, posture.Reason{}
	if p.Users.Unclear {
		why = unclear(p)
	}
	for _, id := range p.Users.ExcludeGroups {
		g := a.holders.groups[id]
		switch {
		case g == nil && a.holders.grouped: // gone: nobody is in it
		case g == nil:
			why = a.m.Set(groupSet).Missing
		case g.protected == Unknown:
			why = absent(groupSet, "isAssignableToRole or isManagementRestricted of "+id)
		case g.protected == False:
			found = append(found, id)
		}
	}
	if len(found) == 0 && why.Code != "" {
		t.SetUnknown(row, "unprotectedGroups", why)
		return
	}
	t.SetStrings(row, "unprotectedGroups", found)
}
