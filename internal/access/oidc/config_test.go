// SPDX-License-Identifier: Apache-2.0

package oidc_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"securescore/internal/access"
	"securescore/internal/access/oidc"
	"securescore/internal/posture"
)

const good = `issuers:
  - id: contoso
    title: Contoso staff
    issuer: https://login.microsoftonline.com/0B000000-0000-4000-8000-00000000000b/v2.0
    client-id: 0c000000-0000-4000-8000-00000000000c
    client-secret-file: /run/secrets/x
    entra: true
    tenant: contoso
    audience: [api://securescore]
    bearer: true
    mapping:
      - {claim: groups, value: 6a1f, role: security-reader, tenant: contoso}
      - {claim: roles, value: Posture.Admin, role: security-administrator, tenant: contoso}
  - id: lab
    title: Lab
    issuer: http://localhost:4000/realm
    client-id: x
    client-secret-env: LAB_SECRET
    scopes: [groups]
  - {id: programs, issuer: "https://sts.windows.net/0b000000-0000-4000-8000-00000000000b/", entra: true, tenant: contoso, bearer: true, audience: [a]}
`

func surroundings() oidc.Surroundings {
	return oidc.Surroundings{
		ReadFile: func(path string) ([]byte, error) {
			if path == "/run/secrets/x" {
				return []byte("s3cret\n"), nil
			}
			if path == "/empty" {
				return []byte("\n"), nil
			}
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		},
		Lookup: func(name string) (string, bool) {
			if name == "LAB_SECRET" {
				return "other", true
			}
			return "", false
		},
	}
}

func TestConfigurationIsRead(t *testing.T) {
	t.Parallel()
	list, err := oidc.Load("issuers.yaml", []byte(good), surroundings())
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || list[0].ID != "contoso" || !list[0].Bearer || !list[0].Entra || list[0].Mapping[1].Role != access.SecurityAdministrator || list[1].Scopes[0] != "groups" {
		t.Errorf("got %+v", list)
	}
	for _, text := range []string{fmt.Sprint(list), fmt.Sprintf("%+v", list), fmt.Sprintf("%#v", list)} {
		if strings.Contains(text, "s3cret") {
			t.Errorf("the secret prints: %s", text)
		}
	}
	service := oidc.New(oidc.Config{Issuers: list})
	if got := service.Choices(); len(got) != 2 || got[0] != (oidc.Choice{ID: "contoso", Title: "Contoso staff"}) || got[1].ID != "lab" {
		t.Errorf("choices: got %v, want the two with a client", got)
	}
	if !service.Configured("programs") || service.Configured("none") {
		t.Error("configured: it does not know its issuers")
	}
}

func TestEveryFaultOfTheConfigurationIsReported(t *testing.T) {
	t.Parallel()
	const head = "issuers:\n  - id: a\n    title: A\n    issuer: https://a.example\n    client-id: c\n"
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"empty":         {"", []string{"f.yaml: issuers: name at least one"}},
		"no issuers":    {"issuers: []\n", []string{"f.yaml:1: issuers: name at least one"}},
		"no YAML":       {"issuers: [\n", []string{"f.yaml:"}},
		"unknown field": {head + "    clientid: x\n    tennant: y\n", []string{`f.yaml:6: there is no field "clientid" here`, `f.yaml:7: there is no field "tennant" here`}},
		"wrong type, and more": {head + "    bearer: perhaps\n    entra: true\n    mapping: [{claim: email, value: x, role: global-reader, tenant: t}]\n", []string{
			"f.yaml:6: ", "f.yaml:8: claim: email cannot give roles",
		}},
		"names": {"issuers:\n  - {id: Not Good, issuer: 'https://a.example', client-id: c}\n", []string{"id: must be 1 to 32", "title: must be 1 to 80"}},
		"twice": {head + "  - {id: a, title: B, issuer: 'https://a.example', client-id: c}\n", []string{`f.yaml:6: id: "a" is there twice`, "f.yaml:6: issuer: https://a.example is there twice"}},
		"nothing to do": {"issuers:\n  - {id: a, issuer: 'https://a.example', client-secret-env: LAB_SECRET}\n", []string{
			"client-id: is missing; without one", "client-id: is missing, so there is nobody",
		}},
		"bearer without audience":    {head + "    bearer: true\n", []string{"f.yaml:2: audience: is missing: without it every token"}},
		"bearer with empty audience": {head + "    bearer: true\n    audience: ['']\n", []string{"f.yaml:7: audience: must not be empty"}},
		"audience without bearer":    {head + "    audience: [x]\n", []string{"f.yaml:6: audience: is for bearer tokens"}},
		"two secrets":                {head + "    client-secret-env: LAB_SECRET\n    client-secret-file: /run/secrets/x\n", []string{"f.yaml:6: client-secret-env: give the secret by a file or"}},
		"no secret file":             {head + "    client-secret-file: /none\n", []string{"f.yaml:6: client-secret-file: open /none"}},
		"empty secret file":          {head + "    client-secret-file: /empty\n", []string{"f.yaml:6: client-secret-file: the secret is empty"}},
		"no secret variable":         {head + "    client-secret-env: NONE\n", []string{"f.yaml:6: client-secret-env: the secret is empty"}},
		"scope":                      {head + "    scopes: [ok, 'a b']\n", []string{`f.yaml:6: scopes: "a b" is no scope`}},
		"mapping": {head + "    mapping:\n      - {claim: groups, value: x, role: root, tenant: t}\n      - {claim: groups, value: x, role: security-reader}\n      - {role: reading-application, tenant: t}\n      - {claim: wids, value: x, role: account-administrator, tenant: t}\n", []string{
			`f.yaml:7: role: "root" is no role; there are: global-administrator`,
			"f.yaml:8: tenant: is missing: a mapping gives a role in one tenant, never in all",
			"f.yaml:9: claim: is missing", "f.yaml:9: value: is missing", `f.yaml:9: role: "reading-application" is no role`,
			"f.yaml:10: claim: wids cannot give roles",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, tt.text, tt.want...)
		})
	}
}

func refused(t *testing.T, text string, want ...string) {
	t.Helper()
	_, err := oidc.Load("f.yaml", []byte(text), surroundings())
	if _, ok := errors.AsType[*oidc.FaultsError](err); !ok || !errors.Is(err, posture.ErrInvalid) {
		t.Fatalf("got %v, want faults", err)
	}
	if got := strings.Count(err.Error(), "\n") + 1; got != len(want) && len(want) > 1 {
		t.Errorf("got %d faults, want %d:\n%v", got, len(want), err)
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("got\n%v\nwant %q", err, w)
		}
	}
}

func TestAddressesOfIssuers(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://a.example":            "",
		"https://a.example/x/":         "",
		"http://localhost:1/x":         "",
		"http://127.0.0.1:1":           "",
		"http://[::1]:1":               "",
		"":                             "must be the address",
		"a.example":                    "must be the address",
		"https:a.example":              "must be the address",
		"http://a.example":             "must begin with https",
		"http://10.0.0.1":              "must begin with https",
		"http://localhost.example":     "must begin with https",
		"ftp://a.example":              "must begin with https",
		"https://a.example?x":          "must have no query",
		"https://a.example/#x":         "must have no query",
		"https://u:p@a.example":        "must have no query",
		"https://a.example/common/v2":  "entra: stands for every",
		"https://x/organizations/v2.0": "entra: stands for every",
	} {
		want, entra := strings.CutPrefix(want, "entra: ")
		text := fmt.Sprintf("issuers:\n  - id: a\n    title: A\n    client-id: c\n    entra: %v\n    issuer: %q\n", entra, address)
		_, err := oidc.Load("f.yaml", []byte(text), surroundings())
		if (want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), "f.yaml:6: issuer: "+want)) {
			t.Errorf("%s: got %v, want %q", address, err, want)
		}
	}
}

func TestReturnPaths(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"/": "/", "/tenants/x?y=z&a=%2F#b": "/tenants/x?y=z&a=%2F#b", "": "/", "x": "/",
		"https://evil.example": "/", "//evil.example": "/", "/x//evil.example": "/", `/\evil.example`: "/", "/\tevil": "/", "/\n": "/",
		"/ü": "/", "\x20/x": "/", "/\u2028": "/", "javascript:alert(1)": "/", "/" + strings.Repeat("a", 3000): "/", "/\x00": "/",
	} {
		if got := oidc.ReturnPath(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzConfiguration(f *testing.F) {
	f.Add(good)
	f.Add("issuers:\n  - &a {id: x, mapping: [*a]}\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := oidc.Load("f", []byte(text), surroundings())
		if (err == nil) == (len(list) == 0) {
			t.Fatalf("got %d issuers and %v", len(list), err)
		}
		if err != nil && !errors.Is(err, posture.ErrInvalid) {
			t.Fatalf("got %v, want ErrInvalid", err)
		}
		for _, i := range list {
			if i.Bearer && len(i.Audience) == 0 {
				t.Fatal("an issuer of bearer tokens without an audience got through")
			}
			for _, m := range i.Mapping {
				if m.Tenant == "" || !m.Role.Valid() {
					t.Fatalf("mapping %+v got through", m)
				}
			}
		}
	})
}

func FuzzReturnPath(f *testing.F) {
	f.Add("/x?y")
	f.Add("//x")
	f.Fuzz(func(t *testing.T, text string) {
		got := oidc.ReturnPath(text)
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\t\r\n\x00") || (got != "/" && got != text) {
			t.Fatalf("%q: got %q", text, got)
		}
		if oidc.ReturnPath(got) != got {
			t.Fatalf("%q: it changes the second time", got)
		}
	})
}
