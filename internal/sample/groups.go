// SPDX-License-Identifier: Apache-2.0

package sample

// group is a group of the directory.
type group struct {
	name               string
	kind               []string // Graph's groupTypes
	public, assignable bool
	holds              func(*person) bool
	restricted         bool // only privileged administrators change its members
	dynamic            string
	nickname           string
}

// gather makes the groups that policies and teams use.
func (o *org) gather() {
	department := func(name string) func(*person) bool {
		return func(p *person) bool { return p.department == name && !p.guest && !p.shared && len(p.holds) == 0 }
	}
	o.groups = []group{
		{name: "Shared mailboxes", holds: func(p *person) bool { return p.shared }, nickname: "shared-mailboxes"},
		{name: "Left out of Conditional Access", holds: func(p *person) bool { return p.service }, nickname: "ca-left-out"},
		{name: "Sharing outside", holds: department("Sales"), nickname: "sharing-outside"},
		{name: "Engineering", kind: []string{"Unified"}, public: true, holds: department("Engineering"), nickname: "engineering"},
		{name: "Finance", kind: []string{"Unified"}, holds: department("Finance"), nickname: "finance"},
		{name: "Canteen", kind: []string{"Unified"}, public: true, holds: department("Operations"), nickname: "canteen"},
		{name: "All Norway", kind: []string{"DynamicMembership"}, dynamic: `(user.country -eq "Norway")`, holds: func(p *person) bool { return p.licensed }, nickname: "all-norway"},
	}
}
