// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/graphapi"
	"securescore/internal/portalapi"
)

// TestEverythingHasARow lists every command and every route of both APIs and
// fails for one without a row in the table of access.
func TestEverythingHasARow(t *testing.T) {
	t.Parallel()
	known := access.Actions()
	e := &env{out: &bytes.Buffer{}, err: &bytes.Buffer{}, in: strings.NewReader(""), lookup: func(string) (string, bool) { return "", false }, now: noon}
	rows := actions()
	seen := make(map[string]bool)
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		path := c.CommandPath()
		seen[path] = true
		if action, ok := rows[path]; !ok || !slices.Contains(known, action) {
			t.Errorf("%s: no row, or one with the unknown action %q", path, action)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(e))
	for path := range rows {
		if !seen[path] {
			t.Errorf("%s has a row, and there is no such command", path)
		}
	}
	routes := 0
	for _, r := range portalapi.New(portalapi.Config{}).Routes() {
		routes++
		if !slices.Contains(known, r.Action) {
			t.Errorf("%s: unknown action %q", r.Pattern, r.Action)
		}
	}
	for _, r := range graphapi.Routes() {
		routes++
		if !slices.Contains(known, r.Action) {
			t.Errorf("%s %s: unknown action %q", r.Method, r.Path, r.Action)
		}
	}
	if len(seen) < 25 || routes < 35 {
		t.Errorf("got %d commands and %d routes; the test does not see them", len(seen), routes)
	}
}
