// SPDX-License-Identifier: Apache-2.0

package conditional

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// State is whether a policy is enforced.
type State string

// The states. Only Enabled, in exactly this spelling, enforces anything. A
// state that is none of these could be anything.
const (
	Enabled    State = "enabled"
	ReportOnly State = "enabledForReportingButNotEnforced"
	Disabled   State = "disabled"
)

// Policy is one Conditional Access policy as far as it is understood.
type Policy struct {
	ID, Name string // the name is hostile text
	State    State
	Users    Users
	// Workload marks a policy about service principals or agents. It never
	// applies to a person.
	Workload bool

	Apps      Selection // applications by id, "All", "None", or the name of a group of them
	Actions   []string  // user actions, such as registering security information
	Locations Selection // ids of named locations, "All", "AllTrusted"; empty is everywhere
	// Doubts says, in words, which conditions are not understood. With one, what
	// the policy reaches is unknown.
	Doubts []string

	platforms   Selection
	clients     []string
	signInRisk  []string
	userRisk    []string
	insiderRisk []string
	flows       []string
	agents      agents
	blank       bool     // what it reaches is not stated or cannot be read at all
	contexts    []string // authentication contexts, such as "c1"
	grant       grant
	session     session
}

// Selection is what a condition includes, less what it excludes.
type Selection struct{ Include, Exclude []string }

// set reports whether the condition is configured at all.
func (s Selection) set() bool { return len(s.Include)+len(s.Exclude) > 0 }

// Users is whom a policy is about.
type Users struct {
	Include, Exclude             []string // user ids in lower case, "all", "none", "guestsorexternalusers"
	IncludeGroups, ExcludeGroups []string // group ids in lower case
	IncludeRoles, ExcludeRoles   []string // template ids of roles in lower case
	IncludeGuests, ExcludeGuests Guests
	// Unclear marks a condition with a part that is not understood: whom else it
	// includes or leaves out is not known.
	Unclear bool
}

// Guests is a condition about people from elsewhere. The zero Guests is none.
type Guests struct {
	Kinds      Kinds // of these kinds
	AnyTenant  bool  // from whatever organisation; else from some only
	Unreadable bool  // something of the condition is not understood
}

func (g Guests) set() bool { return g.Kinds != 0 || g.Unreadable }

// agents is the part of a policy that is about agent identities.
type agents struct {
	include, exclude []string
	filtered         bool
	narrowed         bool // by the risk of service principals too
	risk             []string
}

// Parse reads a policy in Graph's shape. It never fails: a policy that cannot
// be read is one whose state and reach are in doubt. Key names it where it has
// no id or name of its own.
func Parse(key string, raw []byte, known Knowledge) Policy {
	var r rawPolicy
	if err := json.Unmarshal(raw, &r); err != nil {
		return Policy{ID: key, Name: key, Users: Users{Include: []string{anyone}, Unclear: true}, Doubts: []string{"it could not be read"}, blank: true, grant: grant{controls: []control{{}}}}
	}
	p := Policy{ID: r.ID, Name: strings.TrimSpace(r.DisplayName), State: State(r.State)}
	if p.ID == "" {
		p.ID = key
	}
	if p.Name == "" {
		p.Name = p.ID
	}
	if !empty(r.DeletedDateTime, 0) {
		p.State = Disabled
	}
	p.Doubts = unread("the member", r.Rest)
	p.conditions(r.Conditions)
	p.grant = r.Grant.read(known)
	p.session = r.Session.read()
	return p
}

func (p *Policy) doubt(format string, args ...any) {
	p.Doubts = append(p.Doubts, fmt.Sprintf(format, args...))
}

func (p *Policy) conditions(c *rawConditions) {
	if c == nil {
		p.doubt("its conditions are not stated")
		p.Users, p.blank = Users{Include: []string{anyone}, Unclear: true}, true
		return
	}
	for _, name := range unread("the condition", c.Rest) {
		p.doubt("%s", name)
	}
	p.workload(c)
	p.users(c.Users)
	p.targets(c.Applications)
	p.clients = c.ClientAppTypes
	if len(p.clients) == 0 {
		p.doubt("its client types are not stated")
	}
	if s := c.Platforms; s != nil {
		p.platforms = Selection{s.Include, s.Exclude}
		p.Doubts = append(p.Doubts, unread("the platform condition", s.Rest)...)
	}
	if s := c.Locations; s != nil {
		p.Locations = Selection{lower(s.Include), lower(s.Exclude)}
		p.Doubts = append(p.Doubts, unread("the location condition", s.Rest)...)
	}
	for _, one := range []struct {
		what string
		Selection
	}{{"platforms", p.platforms}, {"locations", p.Locations}} {
		if one.set() && len(one.Include) == 0 {
			p.doubt("it excludes %s and includes none", one.what)
		}
	}
	p.signInRisk, p.userRisk, p.insiderRisk = c.SignInRisk, c.UserRisk, c.InsiderRisk
	if f := c.Flows; f != nil {
		p.flows = f.Methods
		p.Doubts = append(p.Doubts, unread("the authentication flow condition", f.Rest)...)
	}
}

// workload reads what makes a policy one about service principals or agents.
func (p *Policy) workload(c *rawConditions) {
	p.agents.risk = c.AgentRisk
	p.Workload = len(c.WorkloadRisk) > 0
	p.agents.narrowed = p.Workload
	if w := c.ClientApplications; w != nil {
		p.agents.include, p.agents.exclude = w.IncludeAgents, w.ExcludeAgents
		p.agents.filtered = !empty(w.AgentFilter, 0)
		if len(w.Include)+len(w.IncludeAgents) > 0 || !empty(w.Filter, 0) || p.agents.filtered {
			p.Workload = true
		}
		p.Doubts = append(p.Doubts, unread("the client application condition", w.Rest)...)
	}
	if len(c.AgentRisk) > 0 && !p.Workload {
		p.doubt("the condition agentIdRiskLevels")
	}
}

func (p *Policy) users(u *rawUsers) {
	if u == nil {
		if !p.Workload {
			p.doubt("its users are not stated")
			p.Users = Users{Include: []string{anyone}, Unclear: true}
		}
		return
	}
	unknown := unread("the user condition", u.Rest)
	p.Doubts = append(p.Doubts, unknown...)
	p.Users = Users{
		Include: lower(u.IncludeUsers), Exclude: lower(u.ExcludeUsers),
		IncludeGroups: lower(u.IncludeGroups), ExcludeGroups: lower(u.ExcludeGroups),
		IncludeRoles: lower(u.IncludeRoles), ExcludeRoles: lower(u.ExcludeRoles),
		IncludeGuests: u.IncludeGuests.read(), ExcludeGuests: u.ExcludeGuests.read(),
		Unclear: len(unknown) > 0,
	}
}

func (g *rawGuests) read() Guests {
	if g == nil {
		return Guests{}
	}
	var found Guests
	for _, word := range g.Types {
		kind, known := kindOf(word)
		found.Kinds |= kind
		found.Unreadable = found.Unreadable || !known
	}
	t := g.Tenants
	found.AnyTenant = t == nil || t.Membership == "all" || (t.Membership == "" && len(t.Members) == 0)
	if len(g.Types) == 0 && t != nil && (t.Membership != "" || len(t.Members) > 0) {
		found.Unreadable = true // it names organisations, so it is about somebody
	}
	if len(unread("", g.Rest)) > 0 || (t != nil && len(unread("", t.Rest)) > 0) {
		found.Unreadable = true
	}
	return found
}

func (p *Policy) targets(a *rawApplications) {
	if a == nil {
		p.doubt("its applications are not stated")
		p.blank = true
		return
	}
	p.Apps = Selection{lower(a.Include), lower(a.Exclude)}
	p.Actions = a.Actions
	p.contexts = lower(a.Contexts)
	for _, name := range unread("the application condition", a.Rest) {
		p.doubt("%s", name)
	}
	if len(p.contexts) > 0 && len(p.Apps.Include)+len(p.Actions) > 0 {
		p.doubt("it names applications and the condition includeAuthenticationContextClassReferences together")
	}
	if len(p.Apps.Include) > 0 && len(p.Actions) > 0 {
		p.doubt("it names applications and user actions together")
	}
}

// active is whether the policy is enforced.
func (p *Policy) active() Bounds {
	switch p.State {
	case Enabled:
		return yes
	case ReportOnly, Disabled:
		return no
	default:
		return maybe
	}
}

// lower makes ids comparable: the sources differ in letter case.
func lower(ids []string) []string {
	ids = slices.Clone(ids)
	for i, id := range ids {
		ids[i] = strings.ToLower(strings.TrimSpace(id))
	}
	return ids
}

// Excludes reports whether the policy leaves any person or group out.
func (u *Users) Excludes() bool {
	return len(u.Exclude)+len(u.ExcludeGroups)+len(u.ExcludeRoles) > 0 || u.ExcludeGuests.set()
}
