// SPDX-License-Identifier: Apache-2.0

package access

import "slices"

// Role is what somebody is in a tenant, by the names that Microsoft 365 uses.
type Role string

// The roles. The first five may change things, the others only read.
const (
	GlobalAdministrator         Role = "global-administrator"
	SecurityAdministrator       Role = "security-administrator"
	ExchangeAdministrator       Role = "exchange-administrator"
	SharePointAdministrator     Role = "sharepoint-administrator"
	AccountAdministrator        Role = "account-administrator"
	HelpdeskAdministrator       Role = "helpdesk-administrator"
	UserAdministrator           Role = "user-administrator"
	ServiceSupportAdministrator Role = "service-support-administrator"
	SecurityReader              Role = "security-reader"
	SecurityOperator            Role = "security-operator"
	GlobalReader                Role = "global-reader"
)

// The roles of applications, which act without a person. They cannot be
// granted: an access token's own permission is what they stand for.
const (
	ReadingApplication Role = "reading-application"
	WritingApplication Role = "writing-application"
)

// Roles are those that people can hold, the strongest first.
func Roles() []Role {
	return []Role{
		GlobalAdministrator, SecurityAdministrator, ExchangeAdministrator, SharePointAdministrator, AccountAdministrator,
		HelpdeskAdministrator, UserAdministrator, ServiceSupportAdministrator, SecurityReader, SecurityOperator, GlobalReader,
	}
}

// Valid reports whether people can hold r.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Title is how screens name the role.
func (r Role) Title() string {
	switch r {
	case GlobalAdministrator:
		return "Global Administrator"
	case SecurityAdministrator:
		return "Security Administrator"
	case ExchangeAdministrator:
		return "Exchange Administrator"
	case SharePointAdministrator:
		return "SharePoint Administrator"
	case AccountAdministrator:
		return "Account Administrator"
	case HelpdeskAdministrator:
		return "Helpdesk Administrator"
	case UserAdministrator:
		return "User Administrator"
	case ServiceSupportAdministrator:
		return "Service Support Administrator"
	case SecurityReader:
		return "Security Reader"
	case SecurityOperator:
		return "Security Operator"
	case GlobalReader:
		return "Global Reader"
	case ReadingApplication:
		return "Application that reads"
	case WritingApplication:
		return "Application that reads and writes"
	}
	return string(r)
}

// FromTemplate returns the role of an Entra role template id in lower case, as
// the claim wids holds it. Account administrator has no template: it is granted
// here and never read from a token. The ids are those of Microsoft's list of
// built-in roles.
func FromTemplate(id string) (Role, bool) {
	role, ok := map[string]Role{
		"62e90394-69f5-4237-9190-012177145e10": GlobalAdministrator,
		"194ae4cb-b126-40b2-bd5b-6091b380977d": SecurityAdministrator,
		"29232cdf-9323-42fd-ade2-1d097af3e4de": ExchangeAdministrator,
		"f28a1f50-f6e7-4571-818b-6a12f2af6b6c": SharePointAdministrator,
		"729827e3-9c14-49f7-bb1b-9608f156bbb8": HelpdeskAdministrator,
		"fe930be7-5e62-47db-91af-98c3a49a38b1": UserAdministrator,
		"f023fd81-a637-4b56-95fd-791ac0226033": ServiceSupportAdministrator,
		"5d6b6bb7-de71-4623-b4af-96380a352509": SecurityReader,
		"5f2222b1-57c3-48ba-8ad5-d4759f1fde6f": SecurityOperator,
		"f2ef992c-3afb-46b9-b7cf-a126ee74c451": GlobalReader,
	}[id]
	return role, ok
}
