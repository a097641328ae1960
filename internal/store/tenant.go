// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"securescore/internal/posture"
)

// Tenant is one organisation that is scored.
type Tenant struct {
	ID     posture.TenantID // a UUID in lower case, made by the caller
	Name   string           // unique and not empty; hostile text
	Entra  string           // Entra tenant GUID in lower case, unique; empty until it is bound
	Domain string           // empty when unknown; hostile text
	Sample bool             // made by code
	// Default is the tenant that is meant when none is named. At most one is.
	Default bool
	Created time.Time
	// DecisionDays is how long a decision holds that comes without an expiry, in
	// days from 1 to 365; DefaultDecisionDays when zero.
	DecisionDays int
}

// How long a decision holds, in days: where a tenant says nothing, and at most
// where it comes without an expiry.
const (
	DefaultDecisionDays = 90
	MostDecisionDays    = 365
)

// Tenants is the list of all tenants.
type Tenants interface {
	// Create adds a tenant. The name, the id and the GUID must be free, else the
	// error wraps posture.ErrConflict; one that is not well formed wraps
	// posture.ErrInvalid. Default is ignored: see SetDefault.
	Create(ctx context.Context, t Tenant) error
	// List returns all tenants by name, and then by id.
	List(ctx context.Context) ([]Tenant, error)
	// Find returns the tenant with this id, GUID or name, in that order; ids and
	// GUIDs in any letter case, names exactly. Otherwise the error wraps
	// posture.ErrNotFound.
	Find(ctx context.Context, text string) (Tenant, error)
	// Default returns the default tenant, or else the only one. It returns an
	// error that wraps posture.ErrNotFound when there is none, and
	// posture.ErrConflict when there are several.
	Default(ctx context.Context) (Tenant, error)
	// SetDefault makes one tenant the default instead of another.
	SetDefault(ctx context.Context, tenant posture.TenantID) error
	// Remove deletes a tenant with everything that belongs to it: its ledger, its
	// audit log, its part of the change feed, and what was granted in it to people
	// and tokens. The log of the installation stays. There is no way back.
	Remove(ctx context.Context, tenant posture.TenantID) error
}

// TenantReader reads one tenant.
type TenantReader interface {
	Tenant(ctx context.Context, tenant posture.TenantID) (Tenant, error)
}

// TenantWriter changes one tenant.
type TenantWriter interface {
	TenantReader
	// Bind ties the tenant to an Entra tenant for good. Binding it to the same
	// one again changes nothing. The error wraps posture.ErrConflict when it is
	// bound to another one, or when that GUID belongs to another tenant.
	Bind(ctx context.Context, tenant posture.TenantID, guid string) error
	// Describe sets name and domain. The error wraps posture.ErrConflict when
	// the name is taken.
	Describe(ctx context.Context, tenant posture.TenantID, name, domain string) error
	// SetDecisionDays sets how long a decision holds that comes without an
	// expiry. The error wraps posture.ErrInvalid unless it is 1 to 365 days.
	SetDecisionDays(ctx context.Context, tenant posture.TenantID, days int) error
}

// maxName bounds the names that people give to a tenant, in bytes.
const maxName = 200

// Check returns a *posture.FieldError for the first field of a new tenant that
// is not well formed.
func (t *Tenant) Check() error {
	switch {
	case !IsGUID(string(t.ID)):
		return &posture.FieldError{Path: "id", Rule: "must be a UUID in lower case"}
	case t.Entra != "" && !IsGUID(t.Entra):
		return &posture.FieldError{Path: "entra", Rule: "must be a GUID in lower case"}
	case t.DecisionDays < 0 || t.DecisionDays > MostDecisionDays:
		return &posture.FieldError{Path: "decisionDays", Rule: "must be from 1 to 365, or 0 for the default"}
	}
	return CheckName(t.Name)
}

// CheckName returns a *posture.FieldError when a tenant cannot have this name.
// A name in the form of a GUID is refused, since ids are looked up first.
func CheckName(name string) error {
	switch {
	case strings.TrimSpace(name) == "" || len(name) > maxName || !utf8.ValidString(name):
		return &posture.FieldError{Path: "name", Rule: "must be text of 1 to 200 bytes"}
	case IsGUID(strings.ToLower(name)):
		return &posture.FieldError{Path: "name", Rule: "must not be a GUID"}
	}
	return nil
}

// IsGUID reports whether text is a GUID in lower case with dashes and without
// braces.
func IsGUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') {
			return false
		}
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
