// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"securescore/internal/access"
	"securescore/internal/posture"
)

// maxFile bounds the configuration file.
const maxFile = 256 << 10

// Issuer is one issuer of the configuration.
type Issuer struct {
	ID    string `yaml:"id"`    // short, for addresses and the audit log
	Title string `yaml:"title"` // on the button
	// Issuer is the exact text of the claim iss, and where discovery begins.
	Issuer   string `yaml:"issuer"`
	ClientID string `yaml:"client-id"` // empty: nobody signs in here, it is for bearer tokens only
	// The secret is in a file or in a variable of the environment; a public
	// client has none.
	ClientSecretFile string   `yaml:"client-secret-file"`
	ClientSecretEnv  string   `yaml:"client-secret-env"`
	Scopes           []string `yaml:"scopes"` // asked for in addition to openid, profile and email
	// Entra issuers name people by tid and oid, and their claim wids is read.
	Entra bool `yaml:"entra"`
	// Tenant is the only tenant that the issuer speaks for: an id, a GUID or a
	// name; empty for none.
	Tenant   string    `yaml:"tenant"`
	Audience []string  `yaml:"audience"` // of bearer tokens; one has to match
	Bearer   bool      `yaml:"bearer"`   // its access tokens are taken
	Mapping  []Mapping `yaml:"mapping"`

	// Secret is the client's, read from the file or the variable. It is exported
	// so that printing an issuer goes through its String.
	Secret Secret `yaml:"-"`
}

// Mapping gives a role in one tenant to whoever has a value in a claim.
type Mapping struct {
	Claim  string      `yaml:"claim"`
	Value  string      `yaml:"value"`
	Role   access.Role `yaml:"role"`
	Tenant string      `yaml:"tenant"`
}

// Secret is a text that does not print.
type Secret struct{ text string }

// NewSecret returns a secret, for issuers that come from no file.
func NewSecret(text string) Secret { return Secret{text} }

// String hides the secret.
func (Secret) String() string { return "•••" }

// GoString hides the secret.
func (s Secret) GoString() string { return s.String() }

// Surroundings are where secrets come from.
type Surroundings struct {
	ReadFile func(path string) ([]byte, error)
	Lookup   func(variable string) (string, bool)
}

// Fault is one thing wrong in the configuration file.
type Fault struct {
	File    string
	Line    int // from 1; 0 when the whole file is meant
	Message string
}

// String returns "file:line: message".
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
}

// FaultsError holds every fault of a file, by line. It wraps posture.ErrInvalid.
type FaultsError struct{ Faults []Fault }

// Error returns one fault a line.
func (e *FaultsError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes errors.Is(err, posture.ErrInvalid) true.
func (e *FaultsError) Unwrap() error { return posture.ErrInvalid }

// Load reads a configuration file. A *FaultsError holds every fault of it.
func Load(name string, data []byte, from Surroundings) ([]Issuer, error) {
	c := checker{file: name, from: from, root: &yaml.Node{}}
	if len(data) > maxFile {
		c.faults = append(c.faults, Fault{File: name, Message: fmt.Sprintf("%d bytes are more than this file may have (%d)", len(data), maxFile)})
		return nil, c.err()
	}
	if len(bytes.TrimSpace(data)) == 0 {
		c.issuers(nil)
		return nil, c.err()
	}
	if err := yaml.Load(data, c.root); err != nil {
		c.yamlFault(err)
		return nil, c.err()
	}
	var parsed struct {
		Issuers []Issuer `yaml:"issuers"`
	}
	if err := c.root.Load(&parsed, yaml.WithKnownFields()); err != nil {
		c.yamlFault(err)
	}
	inYAML := slices.Clone(c.faults)
	c.issuers(parsed.Issuers)
	// What could not be read is no second fault for being missing.
	c.faults = slices.DeleteFunc(c.faults, func(f Fault) bool {
		return !slices.Contains(inYAML, f) && slices.ContainsFunc(inYAML, func(y Fault) bool { return y.Line == f.Line })
	})
	if err := c.err(); err != nil {
		return nil, err
	}
	return parsed.Issuers, nil
}

func (c *checker) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(c.faults, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return &FaultsError{Faults: c.faults}
}

// yamlFault puts each fault of the YAML itself down with its own line.
func (c *checker) yamlFault(err error) {
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		for _, one := range many.Errors {
			c.yamlFault(one)
		}
		return
	}
	one, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		c.faults = append(c.faults, Fault{File: c.file, Message: err.Error()})
		return
	}
	text := one.Message
	if cause := errors.Unwrap(one); text == "" && cause != nil {
		text = cause.Error()
	}
	if field, found := strings.CutPrefix(text, "field "); found {
		if name, _, found := strings.Cut(field, " not found"); found {
			text = fmt.Sprintf("there is no field %q here; check its spelling", name)
		}
	}
	c.faults = append(c.faults, Fault{c.file, one.Mark.Line, strings.TrimPrefix(text, "yaml: ")})
}
