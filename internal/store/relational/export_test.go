// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"securescore/internal/odata"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// Relation and Members open the writing of filters to tests.
type (
	Relation = relation
	Members  = members
)

// NewRelation makes a relation of columns and collections.
func NewRelation(columns map[string]string, collections map[string]Members) Relation {
	return relation{columns, collections}
}

// NewMembers makes a collection.
func NewMembers(r Relation, table string, join ...[2]string) Members {
	return members{r, table, join}
}

// Where is relation.where.
func Where(d Dialect, r *Relation, e odata.Expr, alias string) (condition string, args []any, err error) {
	return r.where(d, e, alias)
}

// OrderBy is relation.orderBy.
func OrderBy(d Dialect, r *Relation, keys []odata.Order, alias string) (string, error) {
	return r.orderBy(d, keys, alias)
}

// AuditSearch names the query that answers a question about a log.
func AuditSearch(log posture.TenantID, q store.AuditQuery) string {
	name, _, _ := (&auditLog{log: log}).search(&q)
	return name
}
