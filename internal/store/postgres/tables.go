// SPDX-License-Identifier: Apache-2.0

package postgres

// Kind says whose rows a table holds. From it follow the policies of the table
// and where its rows are in a database that is distributed over machines.
type Kind string

// The kinds.
const (
	// Tenant is data of one tenant, whose number is in column "tenant".
	Tenant Kind = "tenant"
	// Log is an audit log, whose number is in column "log": that of a tenant, or
	// 0 for the installation.
	Log Kind = "log"
	// Registry is the table of the tenants itself, by column "number".
	Registry Kind = "registry"
	// Reference is the same for all tenants; a transaction that is bound to none
	// does not see it either.
	Reference Kind = "reference"
	// Central is data of one tenant, whose number is in column "tenant", that is
	// also asked for across tenants all the time: it stays together.
	Central Kind = "central"
	// Across is data of no tenant, or of people who have several.
	Across Kind = "across"
	// Book is what the migrations note about themselves. Both roles read it.
	Book Kind = "book"
)

// Table is one row of the table of tables.
type Table struct {
	Name string
	Kind Kind
	// Tenant are the rights of a transaction that is bound to a tenant, on rows
	// of that tenant.
	Tenant string
	// Across are those of one that is bound to none.
	Across string
}

// Tables lists every table of the schema, what is referenced before what
// references it. A table that is not here has no rights for anybody, and a test
// fails.
func Tables() []Table {
	const (
		read   = "SELECT"
		add    = "SELECT, INSERT"
		spend  = "SELECT, INSERT, DELETE"
		change = "SELECT, INSERT, UPDATE"
		all    = "SELECT, INSERT, UPDATE, DELETE"
	)
	return []Table{
		{"goose_db_version", Book, read, read},
		{"tenant", Registry, "SELECT, UPDATE", all},
		{"catalogue_content", Reference, add, "SELECT, DELETE"},
		{"tenant_state", Tenant, change, change},
		{"evidence_set", Tenant, change, read},
		{"evidence_block", Tenant, all, read},
		{"entity_kind", Tenant, change, read},
		{"entity_item", Tenant, change, read},
		{"entity_alias", Tenant, spend, read},
		{"assessment_current", Tenant, all, read},
		{"decision_item", Tenant, change, read},
		{"ledger_head", Tenant, change, read},
		{"ledger_block", Tenant, add, read}, // nobody takes back what was entered
		{"ledger_beside", Tenant, spend, read},
		{"ledger_month", Tenant, all, read},
		{"catalogue_adoption", Tenant, add, read},
		{"run_item", Tenant, change, read},
		{"graph_day", Tenant, all, read},
		{"audit_head", Log, change, all},
		{"audit_entry", Log, change, all},
		{"feed_change", Central, spend, spend},
		{"lease_item", Central, all, all},
		{"lease_clock", Across, "", "SELECT, UPDATE"},
		{"outbox_item", Central, add, read},
		{"access_person", Across, "", change},
		{"access_state", Across, "", "SELECT, UPDATE"},
		{"access_grant", Across, "", change},
		{"access_token", Across, "", change},
		{"session_signin", Across, "", spend},
		{"session_flow", Across, "", spend},
		{"session_item", Across, "", all},
	}
}

// column is what a tenant's rows are told by; empty where no column tells.
func (t Table) column() string {
	switch t.Kind {
	case Tenant, Central:
		return "tenant"
	case Log:
		return "log"
	case Registry:
		return "number"
	case Reference, Across, Book:
	}
	return ""
}

// fenced reports whether rows of the table are kept apart by policies.
func (t Table) fenced() bool { return t.Kind != Book }
