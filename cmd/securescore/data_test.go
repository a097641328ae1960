// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// kept is a data folder with one tenant.
func kept(t *testing.T) (c console, folder string) {
	t.Helper()
	c = console{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	folder = filepath.Join(t.TempDir(), "data")
	if r := c.run(t, "tenant", "add", "contoso", "--data", folder); r.code != exitDone || len(strings.TrimSpace(r.out)) != 36 {
		t.Fatalf("add a tenant: got %d, %q, %s; want its id", r.code, r.out, r.err)
	}
	return c, folder
}

// exportOf writes an export of one organisation at one time.
func exportOf(t *testing.T, organisation, at, allowed string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "export.json")
	text := fmt.Sprintf(`{"module_version":"1.8.0","timestamp_zulu":%q,"tenant_details":[{"TenantId":%q,"DisplayName":"Contoso"}],
"authorization_policies":[{"Id":"authorizationPolicy","DefaultUserRolePermissions":{"AllowedToCreateApps":%s}}]}`, at, organisation, allowed)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	ours   = "11111111-2222-4333-8444-555555555555"
	theirs = "99999999-2222-4333-8444-555555555555"
)

func TestImportKeepsAndExplains(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	run := func(want int, contains string, args ...string) result {
		t.Helper()
		r := c.run(t, append(args, "--data", folder)...)
		if r.code != want || !strings.Contains(r.out+r.err, contains) {
			t.Errorf("%v: got %d, %s%s; want %d with %q", args, r.code, r.out, r.err, want, contains)
		}
		r.out, _, _ = strings.Cut(r.out, "contoso  audit") // every import is in the audit log, also one that changes nothing
		return r
	}
	first := exportOf(t, ours, "2026-05-04T12:00:00Z", "true")
	run(exitDone, "entries written", "import", "scubagear", first)
	before := run(exitDone, "good", "verify")
	run(exitDone, "0 entries written", "import", "scubagear", first)
	if again := run(exitDone, "good", "verify"); again.out != before.out {
		t.Errorf("importing the same file again changed the ledger:\n%s\n%s", before.out, again.out)
	}
	run(exitFailed, "what is there is newer", "import", "scubagear", exportOf(t, ours, "2026-05-03T12:00:00Z", "false"))
	run(exitFailed, "conflict", "import", "scubagear", exportOf(t, theirs, "2026-06-04T12:00:00Z", "false"))
	if again := run(exitDone, "good", "verify"); again.out != before.out {
		t.Errorf("refused evidence changed the ledger:\n%s\n%s", before.out, again.out)
	}
	run(exitDone, "1 entries written", "import", "scubagear", exportOf(t, ours, "2026-06-04T12:00:00Z", "false"))
	_, head, _ := strings.Cut(before.out, "head ")
	run(exitDone, "good", "verify", "--tenant", "contoso", "--head", strings.TrimSpace(head))
	run(exitFailed, "entry", "verify", "--tenant", "contoso", "--head", "own/3/"+strings.Repeat("ab", 32))
	run(exitUsage, "--head goes with --tenant", "verify", "--head", strings.TrimSpace(head))
	run(exitUsage, "ledger head", "verify", "--tenant", "contoso", "--head", "latest")
}

func TestTenants(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	if r := c.run(t, "tenant", "add", "contoso", "--data", folder); r.code != exitFailed {
		t.Errorf("the same name twice: got %d, %s", r.code, r.err)
	}
	if r := c.run(t, "tenant", "add", "fabrikam", "--id", strings.ToUpper(theirs), "--data", folder); r.code != exitDone {
		t.Fatalf("a second tenant: %s", r.err)
	}
	list := c.run(t, "tenant", "list", "--data", folder).out
	if !strings.Contains(list, "contoso") || !strings.Contains(list, theirs) || !strings.Contains(list, "not bound") {
		t.Errorf("got %s", list)
	}
	file := exportOf(t, theirs, "2026-05-04T12:00:00Z", "true")
	if r := c.run(t, "import", "scubagear", file, "--data", folder); r.code != exitUsage || !strings.Contains(r.err, "name one with --tenant") {
		t.Errorf("no tenant named: got %d, %s", r.code, r.err)
	}
	if r := c.run(t, "import", "scubagear", file, "--tenant", theirs, "--data", folder); r.code != exitDone {
		t.Errorf("named by GUID: got %d, %s", r.code, r.err)
	}
	if r := c.run(t, "import", "scubagear", file, "--tenant", "contoso", "--data", folder); r.code != exitFailed {
		t.Errorf("evidence of the other tenant: got %d, %s", r.code, r.err)
	}
	if r := c.run(t, "import", "scubagear", file, "--tenant", "nobody", "--data", folder); r.code != exitFailed || !strings.Contains(r.err, "tenant list") {
		t.Errorf("a tenant that is not there: got %d, %s", r.code, r.err)
	}
	if r := c.run(t, "import", "prowler", file, "--data", folder); r.code != exitUsage {
		t.Errorf("an unknown kind: got %d, %s", r.code, r.err)
	}
}

// Microsoft's own score comes back to the hundredth, with what cannot be put
// on a control kept apart.
func TestImportMicrosoftScore(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	path := filepath.Join(t.TempDir(), "scores.json")
	text := `{"value":[{"id":"` + ours + `_2026-05-04","azureTenantId":"` + ours + `","createdDateTime":"2026-05-04T00:00:00Z","currentScore":12.5,"maxScore":40,
"activeUserCount":3,"licensedUserCount":4,"enabledServices":[],"averageComparativeScores":[],"vendorInformation":{},
"controlScores":[{"controlCategory":"Identity","controlName":"AdminMFAV2","score":7.25},{"controlCategory":"Apps","controlName":"elsewhere","score":5}]}]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, entries := range []string{"written", "0 entries written"} {
		r := c.run(t, "import", "microsoftscore", path, "--tenant", "contoso", "--data", folder)
		if r.code != exitDone || !strings.HasPrefix(r.out, "12.50 of 40.00\n") || !strings.Contains(r.out, entries) {
			t.Errorf("import %d: got %d, %s%s", i+1, r.code, r.out, r.err)
		}
	}
	if r := c.run(t, "verify", "--data", folder); r.code != exitDone || !strings.Contains(r.out, "microsoft") {
		t.Errorf("verify: got %d, %s%s", r.code, r.out, r.err)
	}
}

func TestDataFolderThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	c := console{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "securescore.db"), []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, folder := range map[string]string{"a file": file, "something else's file": foreign} {
		if r := c.run(t, "tenant", "list", "--data", folder); r.code != exitFailed || !strings.Contains(r.err, folder) {
			t.Errorf("%s: got %d, %s", name, r.code, r.err)
		}
	}
}

func TestSignedHeads(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	other := t.TempDir()
	key, public, heads := filepath.Join(other, "key.pem"), filepath.Join(other, "public.pem"), filepath.Join(other, "heads.jsonl")
	run := func(want int, contains string, args ...string) string {
		t.Helper()
		r := c.run(t, args...)
		if r.code != want || !strings.Contains(r.out+r.err, contains) {
			t.Errorf("%v: got %d, %s%s; want %d with %q", args, r.code, r.out, r.err, want, contains)
		}
		return r.out
	}
	made := run(exitDone, "PUBLIC KEY", "heads", "key", key)
	if err := os.WriteFile(public, []byte(made), 0o600); err != nil {
		t.Fatal(err)
	}
	run(exitUsage, "exists", "heads", "key", key)
	run(exitUsage, "wants --out", "heads", "sign", "--data", folder)
	run(exitDone, "entries written", "import", "scubagear", exportOf(t, ours, "2026-05-04T12:00:00Z", "true"), "--data", folder)
	run(exitDone, "4 heads signed", "heads", "sign", "--key", key, "--out", heads, "--data", folder)
	run(exitDone, "entries written", "import", "scubagear", exportOf(t, ours, "2026-06-04T12:00:00Z", "false"), "--data", folder)
	run(exitDone, "4 heads signed", "heads", "sign", "--key", key, "--out", heads, "--data", folder)
	run(exitDone, "installation  audit", "verify", "--heads", heads, "--heads-key", public, "--data", folder)
	run(exitUsage, "go together", "verify", "--heads", heads, "--data", folder)

	// The same file against a folder in which other things happened: a rewritten one.
	_, fresh := kept(t)
	run(exitFailed, "not here", "verify", "--heads", heads, "--heads-key", public, "--data", fresh)
	text, err := os.ReadFile(heads)
	if err != nil {
		t.Fatal(err)
	}
	forged := filepath.Join(other, "forged.jsonl")
	if err := os.WriteFile(forged, []byte(strings.Replace(string(text), `"sequence":1,`, `"sequence":2,`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	run(exitFailed, "does not fit", "verify", "--heads", forged, "--heads-key", public, "--data", folder)
	// Lines are signed one by one: one that is taken out is missed all the same.
	without := func(marks ...string) string {
		t.Helper()
		var rest []string
		for line := range strings.Lines(string(text)) {
			if !slices.ContainsFunc(marks, func(mark string) bool { return strings.Contains(line, mark) }) {
				rest = append(rest, line)
			}
		}
		slices.Reverse(rest)
		path := filepath.Join(t.TempDir(), "heads.jsonl")
		if err := os.WriteFile(path, []byte(strings.Join(rest, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run(exitDone, "installation  audit", "verify", "--heads", without("no line"), "--heads-key", public, "--data", folder)
	run(exitFailed, "head own is not among those", "verify", "--heads", without(`"kind":"own"`), "--heads-key", public, "--data", folder)
	run(exitFailed, "no head of the installation", "verify", "--heads", without(`"tenant":""`), "--heads-key", public, "--data", folder)
	run(exitFailed, "no signed head of it", "verify", "--tenant", "contoso", "--heads", without(`"kind":"own"`, `"kind":"microsoft"`, `"tenant":"`+tenantOf(t, c, folder)), "--heads-key", public, "--data", folder)
}

// tenantOf is the id of the only tenant.
func tenantOf(t *testing.T, c console, folder string) string {
	t.Helper()
	r := c.run(t, "tenant", "list", "--data", folder)
	_, row, _ := strings.Cut(r.out, "\n")
	id, _, _ := strings.Cut(row, " ")
	return id
}
