// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"fmt"
	"slices"

	"securescore/internal/posture"
)

// Fate is what becomes of a table when an installation is moved.
type Fate string

// The fates.
const (
	Carried Fate = "carried" // its rows travel
	Rebuilt Fate = "rebuilt" // a cache: it is made anew from what travels
	Dropped Fate = "dropped" // it belongs to the place, and must not travel
)

// rule is a row of the table of fates.
type rule struct {
	table string
	fate  Fate
	why   string
	begun bool   // a new installation has rows in it, which those that arrive replace
	local string // a column that only means something where it is; each installation begins anew
}

// rules says for every table what becomes of it. Carried ones stand in an
// order in which each comes after those that it points to.
func rules() []rule {
	return []rule{
		{table: "tenant", fate: Carried, why: "who the tenants are"},
		{table: "tenant_state", fate: Carried, why: "how many changes each had"},
		{table: "catalogue_content", fate: Carried, why: "what was scored by"},
		{table: "catalogue_adoption", fate: Carried, why: "which catalogue held when"},
		{table: "evidence_set", fate: Carried, why: "what was collected"},
		{table: "evidence_block", fate: Carried, why: "what was collected"},
		{table: "entity_kind", fate: Carried, why: "ordinals are in the ledger"},
		{table: "entity_item", fate: Carried, why: "names behind ordinals"},
		{table: "entity_alias", fate: Carried, why: "names behind ordinals"},
		{table: "assessment_current", fate: Carried, why: "the current score"},
		{table: "decision_item", fate: Carried, why: "what people decided"},
		{table: "ledger_head", fate: Carried, why: "where the chains end"},
		{table: "ledger_block", fate: Carried, why: "the ledger"},
		{table: "ledger_beside", fate: Carried, why: "notes and names beside the ledger"},
		{table: "run_item", fate: Carried, why: "what ran when"},
		{table: "access_person", fate: Carried, why: "who has access"},
		{table: "access_state", fate: Carried, why: "ids of grants are never given twice, and the keys that belong to it", begun: true, local: "removals"},
		{table: "access_grant", fate: Carried, why: "what was granted"},
		{table: "access_token", fate: Carried, why: "API tokens, by the hash of their secret"},
		{table: "audit_head", fate: Carried, why: "where the logs end"},
		{table: "audit_entry", fate: Carried, why: "the logs"},
		{table: "lease_item", fate: Carried, why: "what is to be done; leases of processes that are not there run out"},
		{table: "outbox_item", fate: Carried, why: "what is on its way out"},

		{table: "ledger_month", fate: Rebuilt, why: "told from the ledger again"},
		{table: "graph_day", fate: Rebuilt, why: "told from the ledger again"},

		{table: "feed_state", fate: Dropped, why: "the feed tells running processes what to forget, and none runs yet", begun: true},
		{table: "feed_change", fate: Dropped, why: "as feed_state"},
		{table: "lease_clock", fate: Dropped, why: "each machine has its own clock", begun: true},
		{table: "session_signin", fate: Dropped, why: "a one-time link that was used here must not open the copy"},
		{table: "session_flow", fate: Dropped, why: "a sign-in under way ends where it began"},
		{table: "session_item", fate: Dropped, why: "a session that is ended here must not live on in the copy"},
		{table: "goose_db_version", fate: Dropped, why: "the schema version is named apart", begun: true},
	}
}

// FateOf returns what becomes of a table. The error wraps posture.ErrInvalid
// for a table that nobody decided about.
func FateOf(table string) (Fate, error) {
	list := rules()
	i := slices.IndexFunc(list, func(r rule) bool { return r.table == table })
	if i < 0 {
		return "", fmt.Errorf("table %s: %w: no row says whether it is moved", table, posture.ErrInvalid)
	}
	return list[i].fate, nil
}

// Begun reports whether a new installation has rows in a table already.
func Begun(table string) bool {
	return slices.ContainsFunc(rules(), func(r rule) bool { return r.table == table && r.begun })
}

// Local reports whether a column of a table that travels stays behind.
func Local(table, column string) bool {
	return slices.ContainsFunc(rules(), func(r rule) bool { return r.table == table && r.local == column })
}

// Arrange picks the tables that travel, in the order in which they are written.
// The error wraps posture.ErrInvalid for a table that nobody decided about.
func Arrange(all []Table) ([]Table, error) {
	for i := range all {
		if _, err := FateOf(all[i].Name); err != nil {
			return nil, err
		}
	}
	var list []Table
	for _, r := range rules() {
		i := slices.IndexFunc(all, func(t Table) bool { return t.Name == r.table })
		if i >= 0 && r.fate == Carried {
			list = append(list, all[i])
		}
	}
	return list, nil
}
