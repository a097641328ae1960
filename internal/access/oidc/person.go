// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"securescore/internal/access"
	"securescore/internal/access/refusal"
	"securescore/internal/posture"
)

// Tenant is what has to be known of a tenant here.
type Tenant struct {
	ID    posture.TenantID
	Entra string // GUID in lower case; empty when it is not bound
}

// Tenants finds tenants.
type Tenants interface {
	// Tenant returns the tenant with this id, Entra GUID or name, or an error that
	// wraps posture.ErrNotFound.
	Tenant(ctx context.Context, text string) (Tenant, error)
}

// Person is what an issuer says about somebody.
type Person struct {
	Identity access.Identity
	Name     string           // to show; hostile text
	Email    string           // to show, never to decide by; hostile text
	Claimed  []access.Holding // roles that the issuer gives, each in one tenant
	Issuer   string           // id of the configured issuer
	Home     posture.TenantID // tenant that the issuer speaks for; empty when none
	Notes    []string         // what the claims did not give and why, for the audit log
}

// maxShown bounds names and addresses, in bytes; maxSubject the claim sub.
const (
	maxShown   = 200
	maxSubject = 255
)

// Person makes a person of claims that the issuer has signed. Errors wrap
// posture.ErrUnauthenticated when the claims name nobody.
func (p *Provider) Person(ctx context.Context, said string, c *Claims) (Person, error) {
	v := Person{Issuer: p.ID}
	v.Name = Shown(c.Text("name"), c.Text("preferred_username"))
	v.Email = Shown(c.Text("email"), c.Text("preferred_username"), c.Text("upn"))
	if !strings.Contains(v.Email, "@") {
		v.Email = ""
	}
	home, err := p.home(ctx, c, &v.Notes)
	if err != nil {
		return Person{}, err
	}
	if v.Identity, err = p.identity(said, c, home); err != nil {
		return Person{}, err
	}
	v.Home = home
	if p.Entra && home != "" {
		for _, id := range c.List("wids") {
			if role, ok := access.FromTemplate(strings.ToLower(id)); ok {
				v.claim(access.Holding{Role: role, Tenant: home})
			}
		}
	}
	return v, p.mapped(ctx, c, &v)
}

// identity is who the person is to the issuer. Entra gives the same person
// another sub in each application, and the same oid in all of a tenant. An
// issuer whose address names no directory can put any tid into a token: only the
// directory of the tenant that it is registered for stands for itself then, else
// it could name people of others.
func (p *Provider) identity(said string, c *Claims, home posture.TenantID) (access.Identity, error) {
	if !p.Entra {
		if c.Subject == "" || len(c.Subject) > maxSubject || strings.ContainsFunc(c.Subject, unicode.IsControl) {
			return access.Identity{}, refusal.New(said, "issuer %s: the claim sub names nobody", p.ID)
		}
		return access.Identity{Issuer: c.Issuer, Subject: c.Subject}, nil
	}
	tid, oid := strings.ToLower(c.Text("tid")), strings.ToLower(c.Text("oid"))
	if !isGUID(tid) || !isGUID(oid) {
		return access.Identity{}, refusal.New(said, "issuer %s: the claims tid and oid name nobody", p.ID)
	}
	named := issuerTenant(p.Issuer.Issuer)
	if named != "" && named != tid {
		return access.Identity{}, refusal.New(said, "issuer %s: the claim tid is of another Entra tenant, %s", p.ID, tid)
	}
	if named == "" && home == "" {
		return access.Identity{Issuer: c.Issuer, Subject: tid + "/" + oid}, nil
	}
	return access.Identity{Issuer: "entra:" + tid, Subject: oid}, nil
}

// Home is the tenant that the issuer speaks for, if the claims are about it; else
// it is empty.
func (p *Provider) Home(ctx context.Context, c *Claims) (posture.TenantID, error) {
	var notes []string
	return p.home(ctx, c, &notes)
}

func (p *Provider) home(ctx context.Context, c *Claims, notes *[]string) (posture.TenantID, error) {
	if p.Tenant == "" {
		return "", nil
	}
	tenant, ok, err := p.service.tenant(ctx, p.Tenant)
	switch {
	case err != nil:
		return "", err
	case !ok:
		*notes = append(*notes, fmt.Sprintf("tenant %q of issuer %s does not exist; claims give nothing in it", p.Tenant, p.ID))
		return "", nil
	case p.Entra && !p.about(tenant, strings.ToLower(c.Text("tid"))):
		*notes = append(*notes, fmt.Sprintf("tenant %q is not bound to the Entra tenant of the claims; they give nothing in it", p.Tenant))
		return "", nil
	}
	return tenant.ID, nil
}

// about reports whether the claims of an Entra issuer are about a tenant.
func (p *Provider) about(tenant Tenant, tid string) bool {
	named := issuerTenant(p.Issuer.Issuer)
	return tid != "" && tid == strings.ToLower(tenant.Entra) && (named == "" || named == tid)
}

// mapped adds what the mapping of the issuer gives. In the issuer's own tenant
// it counts under the same condition as all its claims.
func (p *Provider) mapped(ctx context.Context, c *Claims, v *Person) error {
	overage := c.overage()
	if overage {
		v.Notes = append(v.Notes, "the token leaves groups out, because there are too many; groups give nothing")
	}
	for _, row := range p.Mapping {
		if (row.Claim == "groups" && overage) || !slices.Contains(c.List(row.Claim), row.Value) {
			continue
		}
		tenant, ok, err := p.service.tenant(ctx, row.Tenant)
		switch {
		case err != nil:
			return err
		case !ok:
			v.Notes = append(v.Notes, fmt.Sprintf("tenant %q of the mapping of issuer %s does not exist", row.Tenant, p.ID))
		case p.ownTenant(ctx, tenant.ID) && v.Home != tenant.ID:
			// The note of home says why.
		default:
			v.claim(access.Holding{Role: row.Role, Tenant: tenant.ID})
		}
	}
	return nil
}

// ownTenant tells the tenant that the issuer is registered for, by whichever
// name a row gives it.
func (p *Provider) ownTenant(ctx context.Context, id posture.TenantID) bool {
	if p.Tenant == "" {
		return false
	}
	own, ok, err := p.service.tenant(ctx, p.Tenant)
	return err != nil || (ok && own.ID == id)
}

func (v *Person) claim(h access.Holding) {
	if h.Tenant != access.Everywhere && !slices.Contains(v.Claimed, h) {
		v.Claimed = append(v.Claimed, h)
	}
}

// tenant finds a tenant of the configuration.
func (s *Service) tenant(ctx context.Context, text string) (Tenant, bool, error) {
	t, err := s.config.Tenants.Tenant(ctx, text)
	switch {
	case errors.Is(err, posture.ErrNotFound):
		return Tenant{}, false, nil
	case err != nil:
		return Tenant{}, false, fmt.Errorf("find tenant %q: %w", text, err)
	}
	return t, t.ID != access.Everywhere, nil
}

// Shown is the first of several texts that has something left once it is cut to
// what fits a screen. It is hostile text all the same.
func Shown(texts ...string) string {
	for _, text := range texts {
		text = strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				return -1
			}
			return r
		}, text))
		for len(text) > maxShown {
			_, size := utf8.DecodeLastRuneInString(text)
			text = text[:len(text)-size]
		}
		if text != "" {
			return text
		}
	}
	return ""
}
