// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/url"
	"strings"
	"testing"

	"securescore/internal/store/postgres/postgrestest"
)

func TestMigrateCommand(t *testing.T) {
	t.Parallel()
	d := postgrestest.Empty(t)
	u, err := url.Parse(d.Owner)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	wrong := *u
	wrong.User = url.UserPassword(u.User.Username(), "verysecret")
	folder := t.TempDir()
	c := console{}
	for _, step := range []struct {
		name string
		args []string
		code int
		text string
	}{
		{"neither", nil, exitUsage, "wants --database URL or --data DIR"},
		{"a role for a folder", []string{"--data", folder, "--server-role", "x"}, exitUsage, "are for a PostgreSQL database"},
		{"wrong password", []string{"--database", wrong.String()}, exitFailed, "password authentication failed"},
		{"first", []string{"--database", d.Owner, "--server-role", d.Role}, exitDone, "made schema 4\nmade role " + d.Role + " for servers, without a password"},
		{"again", []string{"--database", d.Owner, "--server-role", d.Role}, exitDone, "schema 4 is up to date"},
		{"distribute", []string{"--database", d.Owner, "--distribute"}, exitFailed, "nothing was changed"},
		{"a new folder", []string{"--data", folder}, exitDone, folder + ": made schema 4"},
		{"the same folder", []string{"--data", folder}, exitDone, folder + ": schema 4 is up to date"},
	} {
		got := c.run(t, append([]string{"migrate"}, step.args...)...)
		all := got.out + got.err
		if got.code != step.code || !strings.Contains(all, step.text) {
			t.Errorf("%s: got code %d and %q, want %d and %q", step.name, got.code, all, step.code, step.text)
		}
		if strings.Contains(all, password) || strings.Contains(all, "verysecret") {
			t.Errorf("%s: the password is in %q", step.name, all)
		}
	}
}
