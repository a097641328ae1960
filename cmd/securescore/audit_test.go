// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAuditListAndExport(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	run := func(args ...string) result {
		t.Helper()
		r := c.run(t, append(args, "--data", folder)...)
		if r.code != exitDone {
			t.Fatalf("%v: got %d, %s", args, r.code, r.err)
		}
		return r
	}
	person := strings.TrimSpace(run("person", "invite", "--issuer", "https://id.example.org", "--subject", "7", "--name", "Ada").out)
	run("person", "grant", person, "--tenant", "contoso", "--reason", "test")
	run("tenant", "set", "--tenant", "contoso", "--decision-days", "30")
	events := func(r result) string {
		var list []string
		for line := range strings.Lines(r.out) {
			for word := range strings.FieldsSeq(line) {
				if strings.Contains(word, ".") && !strings.Contains(word, "…") {
					list = append(list, word)
				}
			}
		}
		return strings.Join(list, " ")
	}
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"installation": {nil, "role.granted person.invited tenant.added"},
		"a tenant":     {[]string{"--tenant", "contoso"}, "tenant.changed role.granted tenant.added"},
		"filter":       {[]string{"--filter", "target eq '" + person + "' and outcome eq 'done'"}, "role.granted person.invited"},
		"limit":        {[]string{"--limit", "2"}, "role.granted person.invited"},
		"both":         {[]string{"--tenant", "contoso", "--filter", "event ne 'role.granted'", "--limit", "1"}, "tenant.changed"},
	} {
		r := run(append([]string{"audit", "list"}, tt.args...)...)
		if got := events(r); got != tt.want {
			t.Errorf("%s: got %s, want %s\n%s", name, got, tt.want, r.out)
		}
		if cut := strings.Contains(r.err, "older entries"); cut != (name == "limit" || name == "both") {
			t.Errorf("%s: got %q on standard error", name, r.err)
		}
	}
	whole := run("audit", "export")
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	one := run("audit", "export", "--tenant", "contoso", "--out", file)
	text, err := os.ReadFile(file)
	if err != nil || one.out != "" {
		t.Fatalf("got %q and %v, want a file", one.out, err)
	}
	for what, lines := range map[string]struct {
		text string
		want int
	}{"installation": {whole.out, 4}, "a tenant": {string(text), 4}} {
		n := 0
		for line := range strings.Lines(lines.text) {
			var entry struct {
				Event string `json:"event"`
				Hash  string `json:"hash"`
			}
			if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Event == "" || len(entry.Hash) != 64 {
				t.Errorf("%s: got %s (%v)", what, line, err)
			}
			n++
		}
		if n != lines.want {
			t.Errorf("%s: got %d lines, want %d:\n%s", what, n, lines.want, lines.text)
		}
	}
	if r := c.run(t, "audit", "export", "--out", file, "--data", folder); r.code != exitUsage || !strings.Contains(r.err, "exists") {
		t.Errorf("a file that exists: got %d, %s", r.code, r.err)
	}
	if again, err := os.ReadFile(file); err != nil || string(again) != string(text) {
		t.Errorf("the file was changed (%v)", err)
	}
}

func TestAuditListRefuses(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"a bad filter":   {[]string{"--filter", "event eq 'x' und"}, exitUsage, "--filter, character 14: "},
		"no property":    {[]string{"--filter", "evnt eq 'x'"}, exitUsage, "did you mean event?"},
		"no entries":     {[]string{"--limit", "0"}, exitUsage, "want 1 to"},
		"too many":       {[]string{"--limit", "10001"}, exitUsage, "want 1 to"},
		"no such tenant": {[]string{"--tenant", "fabrikam"}, exitFailed, "not found"},
	} {
		if r := c.run(t, append([]string{"audit", "list", "--data", folder}, tt.args...)...); r.code != tt.code || !strings.Contains(r.err, tt.want) {
			t.Errorf("%s: got %d, %s; want %d with %q", name, r.code, r.err, tt.code, tt.want)
		}
	}
}

func TestPersonErase(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	run := func(want int, contains string, args ...string) result {
		t.Helper()
		r := c.run(t, append(args, "--data", folder)...)
		if r.code != want || !strings.Contains(r.out+r.err, contains) {
			t.Errorf("%v: got %d, %s%s; want %d with %q", args, r.code, r.out, r.err, want, contains)
		}
		return r
	}
	person := strings.TrimSpace(run(exitDone, "", "person", "invite", "--issuer", "https://id.example.org", "--subject", "7", "--name", "Lindqvist").out)
	run(exitFailed, "remove them first", "person", "erase", person, "--yes")
	run(exitDone, "", "person", "remove", person, "--yes")
	run(exitUsage, "add --yes", "person", "erase", person)
	run(exitDone, "Lindqvist", "person", "list")
	run(exitDone, "are erased", "person", "erase", person, "--yes")
	if list := run(exitDone, person, "person", "list"); strings.Contains(list.out, "Lindqvist") {
		t.Errorf("the name is still there:\n%s", list.out)
	}
	run(exitDone, "person.erased", "audit", "list", "--filter", "event eq 'person.erased' and target eq '"+person+"'")
	run(exitDone, "good", "verify")
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if text, err := os.ReadFile(filepath.Join(folder, f.Name())); err != nil || strings.Contains(string(text), "Lindqvist") {
			t.Errorf("%s still holds the name (%v)", f.Name(), err)
		}
	}
	run(exitFailed, "not found", "person", "erase", "nobody", "--yes")
}
