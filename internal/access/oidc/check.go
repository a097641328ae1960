// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"securescore/internal/access"
)

// checker collects the faults of a file.
type checker struct {
	file   string
	from   Surroundings
	root   *yaml.Node
	faults []Fault
}

// fault puts a fault at a field of the file.
func (c *checker) fault(path []string, format string, args ...any) {
	name := path[len(path)-1]
	if _, err := strconv.Atoi(name); err == nil {
		name = path[len(path)-2]
	}
	c.faults = append(c.faults, Fault{c.file, c.line(path), name + ": " + fmt.Sprintf(format, args...)})
}

// line finds the line of a field; one that is not there gets the line of what
// it would be in.
func (c *checker) line(path []string) int {
	node := c.root
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		node = node.Content[0]
	}
	line := node.Line
	for _, part := range path {
		key, value := child(node, part)
		if value == nil {
			break
		}
		node, line = value, key.Line
	}
	return line
}

func child(node *yaml.Node, part string) (key, value *yaml.Node) {
	if node.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(part); err == nil && i < len(node.Content) {
			return node.Content[i], node.Content[i]
		}
	}
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == part {
				return node.Content[i], node.Content[i+1]
			}
		}
	}
	return nil, nil
}

func (c *checker) issuers(list []Issuer) {
	if len(list) == 0 {
		c.fault([]string{"issuers"}, "name at least one")
	}
	for i := range list {
		in := func(field ...string) []string { return append([]string{"issuers", strconv.Itoa(i)}, field...) }
		v := &list[i]
		c.names(v, in)
		c.address(v, in)
		c.client(v, in)
		c.bearer(v, in)
		for row := range v.Mapping {
			c.mapping(&v.Mapping[row], func(field string) []string { return in("mapping", strconv.Itoa(row), field) })
		}
		for _, before := range list[:i] {
			if before.ID == v.ID && v.ID != "" {
				c.fault(in("id"), "%q is there twice", v.ID)
			}
			// A token's iss picks the issuer; two of them would make it a matter of luck.
			if before.Issuer == v.Issuer && v.Issuer != "" {
				c.fault(in("issuer"), "%s is there twice", v.Issuer)
			}
		}
	}
}

var shortName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

const maxTitle = 80

func (c *checker) names(v *Issuer, in func(...string) []string) {
	if !shortName.MatchString(v.ID) {
		c.fault(in("id"), "must be 1 to 32 lower-case letters, digits and hyphens")
	}
	if v.ClientID != "" && (v.Title == "" || len(v.Title) > maxTitle || strings.ContainsFunc(v.Title, unicode.IsControl)) {
		c.fault(in("title"), "must be 1 to %d characters: it is what the button says", maxTitle)
	}
}

func (c *checker) address(v *Issuer, in func(...string) []string) {
	u, err := url.Parse(v.Issuer)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		c.fault(in("issuer"), "must be the address that the issuer puts into iss, such as https://login.example.com")
	case !secure(u):
		c.fault(in("issuer"), "must begin with https; http is for this machine itself")
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil || strings.ContainsAny(v.Issuer, "?# "):
		c.fault(in("issuer"), "must have no query, no fragment and no user name")
	case v.Entra && slices.ContainsFunc(strings.Split(u.Path, "/"), everyTenant):
		c.fault(in("issuer"), "stands for every Entra tenant there is; put the GUID of one in its place")
	}
}

// everyTenant tells the parts of an Entra address that name no single tenant.
func everyTenant(part string) bool {
	return slices.Contains([]string{"common", "organizations", "consumers", "{tenantid}"}, strings.ToLower(part))
}

// secure tells an address that nobody in between can change.
func secure(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	host := u.Hostname()
	ip, err := netip.ParseAddr(host)
	return u.Scheme == "http" && (host == "localhost" || (err == nil && ip.IsLoopback()))
}

func (c *checker) client(v *Issuer, in func(...string) []string) {
	if v.ClientID == "" {
		if !v.Bearer {
			c.fault(in("client-id"), "is missing; without one the issuer can only serve bearer tokens (bearer: true)")
		}
		if v.ClientSecretFile != "" || v.ClientSecretEnv != "" || len(v.Scopes) > 0 {
			c.fault(in("client-id"), "is missing, so there is nobody to have a secret or scopes")
		}
	}
	switch {
	case v.ClientSecretFile != "" && v.ClientSecretEnv != "":
		c.fault(in("client-secret-env"), "give the secret by a file or by a variable, not by both")
	case v.ClientSecretFile != "":
		data, err := c.from.ReadFile(v.ClientSecretFile)
		c.secret(v, strings.TrimRight(string(data), "\r\n"), err, in("client-secret-file"))
	case v.ClientSecretEnv != "":
		text, _ := c.from.Lookup(v.ClientSecretEnv)
		c.secret(v, text, nil, in("client-secret-env"))
	}
	for i, scope := range v.Scopes {
		if scope == "" || strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
			c.fault(in("scopes", strconv.Itoa(i)), "%q is no scope", scope)
		}
	}
}

func (c *checker) secret(v *Issuer, text string, err error, at []string) {
	switch {
	case err != nil:
		c.fault(at, "%v", err)
	case text == "":
		c.fault(at, "the secret is empty; a public client has neither a file nor a variable")
	default:
		v.Secret = Secret{text}
	}
}

func (c *checker) bearer(v *Issuer, in func(...string) []string) {
	switch {
	case v.Bearer && len(v.Audience) == 0:
		c.fault(in("audience"), "is missing: without it every token of the issuer would be taken, whoever it was made for")
	case !v.Bearer && len(v.Audience) > 0:
		c.fault(in("audience"), "is for bearer tokens; say bearer: true to take them")
	}
	if slices.Contains(v.Audience, "") {
		c.fault(in("audience"), "must not be empty")
	}
}

// unmappable are claims that must not give roles: people can change them, they
// are given to others later, or they have rules of their own.
func unmappable() []string {
	return []string{
		"email", "email_verified", "upn", "unique_name", "preferred_username", "name", "given_name", "family_name", "nickname",
		"wids", "scp", "scope", "iss", "aud", "nonce", "_claim_names", "_claim_sources",
	}
}

func (c *checker) mapping(m *Mapping, in func(string) []string) {
	switch {
	case m.Claim == "":
		c.fault(in("claim"), "is missing; it names a claim, such as groups or roles")
	case slices.Contains(unmappable(), m.Claim):
		c.fault(in("claim"), "%s cannot give roles; use groups or roles", m.Claim)
	}
	if m.Value == "" {
		c.fault(in("value"), "is missing; it is compared with each value of the claim")
	}
	if !m.Role.Valid() {
		var names []string
		for _, role := range access.Roles() {
			names = append(names, string(role))
		}
		c.fault(in("role"), "%q is no role; there are: %s", m.Role, strings.Join(names, ", "))
	}
	if m.Tenant == "" {
		c.fault(in("tenant"), "is missing: a mapping gives a role in one tenant, never in all")
	}
}

// issuerTenant is the Entra tenant that the address of an Entra issuer names,
// in lower case; empty when it names none.
func issuerTenant(issuer string) string {
	for part := range strings.SplitSeq(issuer, "/") {
		if guid := strings.ToLower(part); isGUID(guid) {
			return guid
		}
	}
	return ""
}

// isGUID tells a GUID in lower case.
func isGUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i, r := range text {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		hex := (r >= '0' && r <= '9') || (r >= 'a' && r <= 'f')
		if hyphen != (r == '-') || (!hyphen && !hex) {
			return false
		}
	}
	return true
}
