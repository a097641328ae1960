// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// askedFirst are the roles that Microsoft asks multifactor authentication for
// before all others, beside the highly privileged ones.
func askedFirst() map[string]string {
	return map[string]string{
		"c4e39bd9-1100-46d3-8c65-fb160da0071f": "Authentication Administrator",
		"b0f54661-2d74-4c50-afa3-1ec803f12efe": "Billing Administrator",
		"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9": "Conditional Access Administrator",
		"729827e3-9c14-49f7-bb1b-9608f156bbb8": "Helpdesk Administrator",
		"966707d0-3269-4727-9be2-8c3a10f19b9d": "Password Administrator",
		"7be44c8a-adaf-4e2a-84d6-ab2649e08a13": "Privileged Authentication Administrator",
		"194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
	}
}

// harmless are built-in roles that give no power over anybody: whoever holds
// nothing else is no administrator.
var harmless = []string{
	"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", // Directory Readers
	"d29b2b05-8046-44ba-8758-1e26182fcf32", // Directory Synchronization Accounts, for a service
	"95e79109-95c0-4d8e-aee3-d01accf2d47b", // Guest Inviter
	"790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b", // Message Center Reader
	"75934031-6c7e-415a-99d7-48dbd49e875e", // Usage Summary Reports Reader
}

// holding is one role of one principal.
type holding struct {
	principal, role string // ids in lower case
	key             string // id of the principal as the source writes it
	name            string // of the principal; may be empty
	kind            string // of the principal, as OData names it; may be empty
	upn             string
	eligible        bool // can be activated
	activated       bool // held for a while only, because it was activated
	scoped          bool // for a part of the organisation only: Conditional Access does not see it
}

// holders is what is known of who holds which role.
type holders struct {
	all []holding
	// complete means that a role nobody is listed for is a role nobody holds.
	complete bool
	exported bool // complete for the highly privileged roles
	// missing is why nothing is known; zero when something is.
	missing posture.Reason
	// hidden is why it is not known who can activate a role, where a source tried
	// to read that; zero when it is known or nobody asked.
	hidden  posture.Reason
	groups  map[string]*group
	grouped bool // the groups were read
}

// group is a group of the directory.
type group struct {
	name      string
	members   []string // ids of users in lower case
	known     bool     // the members were read
	protected Tri      // only privileged administrators can change its members
}

func readHolders(m *Model) *holders {
	h := &holders{groups: readGroups(m), grouped: m.Set(groupSet).Collected()}
	// Graph's two lists hold all roles; an export has the first of them only, for
	// a few roles, and so says more by the people that it found.
	if people := m.Set(privilegedUserSet); people.Collected() && !m.Set(eligibilitySet).Collected() {
		h.exported = true
		h.export(people)
		return h
	}
	set := m.Set(assignmentSet)
	if plain := m.Set(plainAssignmentSet); !set.Collected() && plain.Collected() {
		set = plain
	}
	h.missing, h.complete = set.Missing, set.Collected()
	h.assignments(set, false)
	if eligible := m.Set(eligibilitySet); h.complete && eligible.Collected() {
		h.assignments(eligible, true)
	} else if !slices.Contains([]posture.ReasonCode{posture.NotCollected, posture.Licence}, eligible.Missing.Code) {
		h.hidden = eligible.Missing // but without the plan nobody can activate anything
	}
	h.complete = h.complete && len(h.all) > 0 // somebody administers every organisation
	return h
}

// export reads the people that ScubaGear found to hold one of the eight highly
// privileged roles. It says nothing of other roles.
func (h *holders) export(set *posture.DataSet) {
	templates := make(map[string]string)
	for id, name := range privilegedRoles() {
		templates[name] = id
	}
	for _, o := range set.Objects {
		person := strings.ToLower(o.Key)
		roles, err := stringsAt(o.Raw, "roles")
		if err != nil || len(roles) == 0 {
			roles = []string{""}
		}
		for _, name := range roles {
			h.all = append(h.all, holding{
				principal: person, key: o.Key, role: cmp.Or(templates[name], strings.ToLower(name)), name: textOf(o.Raw, "displayName"), kind: "user", eligible: true,
			})
		}
	}
}

func (h *holders) assignments(set *posture.DataSet, eligible bool) {
	for _, o := range set.Objects {
		var r struct {
			Principal  string `json:"principalId"`
			Role       string `json:"roleDefinitionId"`
			Scope      string `json:"directoryScopeId"`
			Type       string `json:"assignmentType"`
			Definition struct {
				Template string `json:"templateId"`
			} `json:"roleDefinition"`
			Expanded struct {
				Kind string `json:"@odata.type"`
				Name string `json:"displayName"`
				UPN  string `json:"userPrincipalName"`
			} `json:"principal"`
		}
		if err := json.Unmarshal(o.Raw, &r); err != nil || r.Principal == "" {
			h.complete = false
			r.Principal = cmp.Or(r.Principal, o.Key)
		}
		h.all = append(h.all, holding{
			principal: strings.ToLower(r.Principal), key: r.Principal, role: strings.ToLower(cmp.Or(r.Definition.Template, r.Role)),
			name: r.Expanded.Name, upn: r.Expanded.UPN, kind: strings.TrimPrefix(r.Expanded.Kind, "#microsoft.graph."),
			eligible: eligible, activated: strings.EqualFold(r.Type, "Activated"), scoped: r.Scope != "/",
		})
	}
}

// people resolves one holding to the ids of people. It reports false when who
// they are is not known.
func (h *holders) people(one *holding, users map[string]int, usersRead bool) ([]string, bool) {
	if g := h.groups[one.principal]; g != nil {
		return g.members, g.known
	}
	if _, ok := users[one.principal]; ok || one.kind == "user" {
		return []string{one.principal}, true
	}
	switch one.kind {
	case "servicePrincipal":
		return nil, true
	case "group":
		return nil, false
	}
	// Neither a user nor a group: an application, or a user who is gone.
	return nil, usersRead && h.grouped
}

// roleName is the name of a role where this version knows it, else its id.
func roleName(template string) string {
	return cmp.Or(privilegedRoles()[template], askedFirst()[template], template)
}

func readGroups(m *Model) map[string]*group {
	groups := make(map[string]*group)
	for _, o := range m.Set(groupSet).Objects {
		var r struct {
			ID         string         `json:"id"`
			Name       string         `json:"displayName"`
			Members    []member       `json:"members"`
			Assignable jsontext.Value `json:"isAssignableToRole"`
			Restricted jsontext.Value `json:"isManagementRestricted"`
		}
		g := &group{protected: Unknown}
		if err := json.Unmarshal(o.Raw, &r); err == nil {
			g.name, g.known = r.Name, r.Members != nil
			g.protected = protection(r.Assignable, r.Restricted)
			for _, id := range r.Members {
				g.members = append(g.members, strings.ToLower(string(id)))
				g.known = g.known && id != "" // a member without an id could be anybody
			}
		}
		groups[strings.ToLower(cmp.Or(r.ID, o.Key))] = g
	}
	return groups
}

// protection is whether one of two marks keeps a group from being changed by
// ordinary administrators. Null is no; a mark that was not read could be yes.
func protection(marks ...jsontext.Value) Tri {
	v := False
	for _, mark := range marks {
		switch mark.Kind() {
		case jsontext.KindTrue:
			return True
		case jsontext.KindFalse, jsontext.KindNull:
		default:
			v = Unknown
		}
	}
	return v
}

// member is a member of a group, by id or as an object with one.
type member string

// UnmarshalJSON reads "id" or {"id": "id"}.
func (m *member) UnmarshalJSON(raw []byte) error {
	var id string
	if json.Unmarshal(raw, &id) != nil {
		var object struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(raw, &object); err != nil {
			return err
		}
		id = object.ID
	}
	*m = member(id)
	return nil
}

// isAdministrative reports whether a role makes an administrator.
func isAdministrative(role string) bool { return !slices.Contains(harmless, role) }
