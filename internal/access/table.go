// SPDX-License-Identifier: Apache-2.0

package access

import "slices"

// Action is something that can be done.
type Action string

// The actions on one tenant.
const (
	ReadPosture     Action = "posture.read"     // scores, actions, entities, history
	EditStatus      Action = "status.edit"      // decisions about improvement actions
	EditNotes       Action = "notes.edit"       // notes and owners of improvement actions
	EditTags        Action = "tags.edit"        //
	EditZones       Action = "zones.edit"       // good, okay and bad ranges, the target
	EditComparisons Action = "comparisons.edit" //
	ReadPeople      Action = "people.read"      // who has access, and with what
	GrantReading    Action = "reading.grant"    // give and take back roles that only read
	ManagePeople    Action = "people.manage"    // give and take back any role that the giver covers
	ManageTokens    Action = "tokens.manage"    // API tokens of others; own ones too
	ReadAudit       Action = "audit.read"       //
	ManageEvidence  Action = "evidence.manage"  // connections and imports
	ManageChannels  Action = "channels.manage"  // tickets and messages
	ManageCatalogue Action = "catalogue.manage" //
	ManageEmergency Action = "emergency.manage" // registered emergency accounts
	ManageTenant    Action = "tenant.manage"    // its settings
)

// The actions on the installation itself. They need a role over all tenants.
const (
	ManageInstallation Action = "installation.manage" // add and remove tenants, sign heads
)

// The actions that need no role.
const (
	UseOwnSession Action = "session.use"  // know oneself, list the tenants one may see, sign out
	OpenSession   Action = "session.open" // sign in; nobody is known yet
	ReadPublic    Action = "public.read"  // the page itself, health, the Graph API's metadata
)

// everyone, writers and so on are the columns of the table.
func everyone() []Role {
	return append(Roles(), ReadingApplication, WritingApplication)
}

func people() []Role { return Roles() }

func writers() []Role {
	return []Role{GlobalAdministrator, SecurityAdministrator, ExchangeAdministrator, SharePointAdministrator, AccountAdministrator}
}

func security() []Role { return []Role{GlobalAdministrator, SecurityAdministrator} }

func auditors() []Role {
	return []Role{GlobalAdministrator, SecurityAdministrator, SecurityReader, GlobalReader}
}

// row says which roles may do something. A public one needs nobody, a personal
// one only somebody who is known.
type row struct {
	action           Action
	roles            []Role
	public, personal bool
	global           bool // needs a role over all tenants
	changes          bool // a credential that only reads is not enough
}

// table is the whole of what is allowed.
func table() []row {
	return []row{
		{action: ReadPosture, roles: everyone()},
		{action: EditStatus, roles: append(writers(), WritingApplication), changes: true},
		{action: EditNotes, roles: append(writers(), WritingApplication), changes: true},
		{action: EditTags, roles: writers(), changes: true},
		{action: EditZones, roles: writers(), changes: true},
		{action: EditComparisons, roles: writers(), changes: true},
		{action: ReadPeople, roles: append(writers(), SecurityReader, GlobalReader)},
		{action: GrantReading, roles: writers(), changes: true},
		{action: ManagePeople, roles: security(), changes: true},
		{action: ManageTokens, roles: security(), changes: true},
		{action: ReadAudit, roles: auditors()},
		{action: ManageEvidence, roles: security(), changes: true},
		{action: ManageChannels, roles: security(), changes: true},
		{action: ManageCatalogue, roles: security(), changes: true},
		{action: ManageEmergency, roles: security(), changes: true},
		{action: ManageTenant, roles: security(), changes: true},
		{action: ManageInstallation, roles: []Role{GlobalAdministrator}, global: true, changes: true},
		{action: UseOwnSession, roles: people(), personal: true},
		{action: OpenSession, public: true},
		{action: ReadPublic, public: true},
	}
}

// Actions are all actions, in the order of the table.
func Actions() []Action {
	var list []Action
	for _, r := range table() {
		list = append(list, r.action)
	}
	return list
}

// permissions is the table, made once: every request asks it.
var permissions = table()

func find(action Action) (row, bool) {
	for _, r := range permissions {
		if r.action == action {
			return r, true
		}
	}
	return row{}, false
}

// Allows reports whether a role may do something where it holds.
func (r Role) Allows(action Action) bool {
	found, ok := find(action)
	return ok && slices.Contains(found.roles, r)
}

// ReadOnly reports whether a role changes nothing at all.
func (r Role) ReadOnly() bool {
	for _, one := range table() {
		if one.changes && slices.Contains(one.roles, r) {
			return false
		}
	}
	return true
}

// Covers reports whether whoever holds r may do everything that other allows,
// so that giving other away gives nothing that r does not hold.
func (r Role) Covers(other Role) bool {
	for _, one := range table() {
		if slices.Contains(one.roles, other) && !slices.Contains(one.roles, r) {
			return false
		}
	}
	return true
}
