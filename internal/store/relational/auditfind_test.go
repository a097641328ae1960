// SPDX-License-Identifier: Apache-2.0

package relational_test

import (
	"testing"

	"securescore/internal/audit"
	"securescore/internal/odata"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/relational"
)

const tenantID posture.TenantID = "0a000000-0000-4000-8000-00000000000a"

// What names an actor or an event, by a field or by its filter, is looked up by
// their index; what only might, is not.
func TestASearchUsesItsIndex(t *testing.T) {
	t.Parallel()
	about := tenantID
	for name, tt := range map[string]struct {
		log    posture.TenantID
		query  store.AuditQuery
		filter string
		want   string
	}{
		"everything":              {tenantID, store.AuditQuery{}, "", "audit find"},
		"an actor":                {tenantID, store.AuditQuery{Actor: "a"}, "", "audit find by"},
		"a filter by actor":       {tenantID, store.AuditQuery{}, "outcome ne 'done' and ACTOR eq 'a'", "audit find by"},
		"a filter the other way":  {tenantID, store.AuditQuery{}, "'a' eq actor", "audit find by"},
		"a filter by event":       {tenantID, store.AuditQuery{}, "contains(name,'x') and (event eq 'a' and at gt 2026-01-01)", "audit find of"},
		"perhaps an actor":        {tenantID, store.AuditQuery{}, "actor eq 'a' or event eq 'b'", "audit find"},
		"all but an actor":        {tenantID, store.AuditQuery{}, "not (actor eq 'a')", "audit find"},
		"another actor":           {tenantID, store.AuditQuery{}, "actor ne 'a'", "audit find"},
		"nobody known":            {tenantID, store.AuditQuery{}, "actor eq ''", "audit find"},
		"about a tenant":          {audit.Installation, store.AuditQuery{About: &about}, "event eq 'a'", "audit find about"},
		"about a tenant by actor": {audit.Installation, store.AuditQuery{About: &about}, "actor eq 'a'", "audit find by"},
	} {
		if tt.filter != "" {
			e, err := odata.ParseFilter(audit.Schema(), tt.filter)
			if err != nil {
				t.Fatal(err)
			}
			tt.query.Filter = e
		}
		if got := relational.AuditSearch(tt.log, tt.query); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}
