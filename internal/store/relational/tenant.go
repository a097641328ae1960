// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func readTenant(row scanner) (store.Tenant, error) {
	var t store.Tenant
	var created int64
	err := row.Scan(&t.ID, &t.Name, &t.Entra, &t.Domain, (*truth)(&t.Sample), (*truth)(&t.Default), &created, &t.DecisionDays)
	t.Created = at(created)
	return t, err
}

// tenants implements store.Tenants.
type tenants struct{ *Store }

// Create implements store.Tenants.
func (s tenants) Create(ctx context.Context, t store.Tenant) error {
	if err := t.Check(); err != nil {
		return fmt.Errorf("create tenant: %w", err)
	}
	return s.across(ctx, true, func(w *work) error {
		if err := lock(ctx, w); err != nil {
			return err
		}
		entra := sql.NullString{String: t.Entra, Valid: t.Entra != ""}
		if _, err := w.exec(ctx, "tenant create", string(t.ID), t.Name, entra, t.Domain, flag(t.Sample), micros(t.Created), t.DecisionDays); err != nil {
			return fmt.Errorf("create tenant %q: %w", t.Name, err)
		}
		if _, err := w.exec(ctx, "tenant create state", string(t.ID)); err != nil {
			return fmt.Errorf("create tenant %q: %w", t.Name, err)
		}
		b, err := s.bind(ctx, w, t.ID)
		if err != nil {
			return err
		}
		b.changed[store.KeyTenant] = true
		return b.announce(ctx, s.now())
	})
}

// List implements store.Tenants.
func (s tenants) List(ctx context.Context) (list []store.Tenant, err error) {
	err = s.across(ctx, false, func(w *work) error {
		list, err = all(ctx, w, "tenant list", readTenant)
		return err
	})
	return list, err
}

// Find implements store.Tenants.
func (s tenants) Find(ctx context.Context, text string) (store.Tenant, error) {
	var found []store.Tenant
	lower := strings.ToLower(text)
	err := s.across(ctx, false, func(w *work) (err error) {
		found, err = all(ctx, w, "tenant find", readTenant, lower, lower, text)
		return err
	})
	if err != nil {
		return store.Tenant{}, fmt.Errorf("find tenant %q: %w", text, err)
	}
	for _, matches := range []func(*store.Tenant) bool{
		func(t *store.Tenant) bool { return string(t.ID) == lower },
		func(t *store.Tenant) bool { return t.Entra == lower },
		func(*store.Tenant) bool { return true },
	} {
		for i := range found {
			if matches(&found[i]) {
				return found[i], nil
			}
		}
	}
	return store.Tenant{}, fmt.Errorf("find tenant %q: %w", text, posture.ErrNotFound)
}

// Default implements store.Tenants.
func (s tenants) Default(ctx context.Context) (store.Tenant, error) {
	list, err := s.List(ctx)
	if err != nil {
		return store.Tenant{}, fmt.Errorf("find the default tenant: %w", err)
	}
	for i := range list {
		if list[i].Default {
			return list[i], nil
		}
	}
	switch len(list) {
	case 0:
		return store.Tenant{}, fmt.Errorf("find the default tenant: %w: there is no tenant", posture.ErrNotFound)
	case 1:
		return list[0], nil
	default:
		return store.Tenant{}, fmt.Errorf("find the default tenant: %w: there are %d and none is the default", posture.ErrConflict, len(list))
	}
}

// SetDefault implements store.Tenants.
func (s tenants) SetDefault(ctx context.Context, id posture.TenantID) error {
	return s.across(ctx, true, func(w *work) error {
		b, err := s.bind(ctx, w, id)
		if err != nil {
			return err
		}
		if _, err := w.exec(ctx, "tenant choose none"); err != nil {
			return err
		}
		if _, err := w.exec(ctx, "tenant choose", string(id)); err != nil {
			return err
		}
		b.changed[store.KeyTenant] = true
		return b.announce(ctx, s.now())
	})
}

// Remove implements store.Tenants.
func (s tenants) Remove(ctx context.Context, id posture.TenantID) error {
	return s.across(ctx, true, func(w *work) error {
		if err := lock(ctx, w); err != nil {
			return err
		}
		if err := remove(ctx, w, id); err != nil {
			return fmt.Errorf("remove tenant %s: %w", id, err)
		}
		return nil
	})
}

func remove(ctx context.Context, w *work, id posture.TenantID) error {
	var number int64
	if err := w.one(ctx, "tenant number", []any{&number}, string(id)); err != nil {
		return err
	}
	// No foreign key leads from a log or from work to its tenant.
	for _, query := range []string{"audit remove entries", "audit remove head", "lease remove", "tenant remove"} {
		if _, err := w.exec(ctx, query, number); err != nil {
			return err
		}
	}
	if _, err := w.exec(ctx, "tenant remove catalogues"); err != nil {
		return err
	}
	// Its lines in the feed are gone with it: other processes learn of it here.
	_, err := w.exec(ctx, "tenant count removal")
	return err
}

// oneTenant implements store.TenantWriter.
type oneTenant struct{ *bound }

// Tenant implements store.TenantReader.
func (b oneTenant) Tenant(ctx context.Context, id posture.TenantID) (store.Tenant, error) {
	if err := b.own(id); err != nil {
		return store.Tenant{}, err
	}
	list, err := rows(ctx, b.bound, "tenant read", readTenant)
	if err != nil || len(list) != 1 {
		return store.Tenant{}, fmt.Errorf("read tenant %s: %w", id, err)
	}
	return list[0], nil
}

// Bind implements store.TenantWriter.
func (b oneTenant) Bind(ctx context.Context, id posture.TenantID, guid string) error {
	t, err := b.Tenant(ctx, id)
	if err != nil {
		return err
	}
	guid = strings.ToLower(guid)
	switch {
	case !store.IsGUID(guid):
		return fmt.Errorf("bind tenant %q: %w", t.Name, &posture.FieldError{Path: "entra", Rule: "must be a GUID"})
	case t.Entra == guid:
		return nil
	case t.Entra != "":
		return fmt.Errorf("bind tenant %q: %w: it belongs to organisation %s and not to %s", t.Name, posture.ErrConflict, t.Entra, guid)
	}
	return b.change(ctx, "tenant bind", fmt.Sprintf("bind tenant %q to organisation %s", t.Name, guid), guid, b.number)
}

// Describe implements store.TenantWriter.
func (b oneTenant) Describe(ctx context.Context, id posture.TenantID, name, domain string) error {
	if err := b.own(id); err != nil {
		return err
	}
	if err := store.CheckName(name); err != nil {
		return fmt.Errorf("describe tenant %s: %w", id, err)
	}
	return b.change(ctx, "tenant describe", fmt.Sprintf("describe tenant %s as %q", id, name), name, domain, b.number)
}

// SetDecisionDays implements store.TenantWriter.
func (b oneTenant) SetDecisionDays(ctx context.Context, id posture.TenantID, days int) error {
	if err := b.own(id); err != nil {
		return err
	}
	doing := fmt.Sprintf("let decisions of tenant %s hold for %d days", id, days)
	if days < 1 || days > store.MostDecisionDays {
		return fmt.Errorf("%s: %w", doing, &posture.FieldError{Path: "decisionDays", Rule: "must be from 1 to 365"})
	}
	return b.change(ctx, "tenant decision days", doing, days, b.number)
}

func (b oneTenant) change(ctx context.Context, query, doing string, args ...any) error {
	if _, err := b.exec(ctx, query, args...); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	b.changed[store.KeyTenant] = true
	return nil
}
