// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// noon is the clock of these tests; it stands still.
func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// served starts the server on a free port and returns its link and what stops
// it, which returns the exit code and standard error.
func served(t *testing.T, args ...string) (link string, stop func() (int, string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	var errs bytes.Buffer
	e := &env{
		in: strings.NewReader(""), out: write, err: &errs,
		lookup: keysBeside(args), now: noon,
	}
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, e, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...))
		_ = write.Close()
	}()
	lines := bufio.NewScanner(read)
	for lines.Scan() {
		if link = strings.TrimSpace(lines.Text()); strings.HasPrefix(link, "http://") {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	return link, func() (int, string) {
		cancel()
		return <-code, errs.String()
	}
}

// keysBeside are variables that put the keys beside the data folder of a
// command line.
func keysBeside(args []string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		at := slices.Index(args, "--data")
		if name != "XDG_CONFIG_HOME" || at < 0 {
			return "", false
		}
		return args[at+1] + ".config", true
	}
}

// The sample organisation is made once, the link signs in once, and what the
// server shows is what the ledger holds.
func TestServeSample(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	link, stop := served(t, "--sample", "--data", folder)
	base, token, ok := strings.Cut(link, "/signin#")
	if !ok || len(token) < 43 {
		_, errs := stop()
		t.Fatalf("got the link %q, want 256 bits after /signin#; %s", link, errs)
	}
	post := func() (int, []*http.Cookie) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/session", strings.NewReader(`{"token":"`+token+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		return res.StatusCode, res.Cookies()
	}
	code, cookies := post()
	if code >= 300 || len(cookies) != 1 {
		t.Fatalf("sign in: got %d with %d cookies", code, len(cookies))
	}
	if again, _ := post(); again != http.StatusUnauthorized {
		t.Errorf("the link a second time: got %d, want 401", again)
	}
	get := func(path string, signedIn bool) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if signedIn {
			req.AddCookie(cookies[0])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	if code, body := get("/api/audit?event=tenant.added", true); code != http.StatusOK || !strings.Contains(body, string(sampleTenant)) {
		t.Errorf("the log does not say who added the sample organisation: got %d %s", code, body)
	}
	if code, _ := get("/api/tenants", false); code != http.StatusUnauthorized {
		t.Errorf("without a session: got %d, want 401", code)
	}
	if code, body := get("/api/tenants/"+string(sampleTenant)+"/overview", true); code != http.StatusOK || !strings.Contains(body, `"sample":true`) {
		t.Errorf("overview: got %d, %.200s", code, body)
	}
	if code, errs := stop(); code != exitDone {
		t.Fatalf("stopped: got %d, %s", code, errs)
	}
	before := console{now: noon()}.run(t, "verify", "--data", folder)
	if before.code != exitDone || !strings.Contains(before.out, "Contoso  own") {
		t.Fatalf("verify: got %d, %s%s", before.code, before.out, before.err)
	}
	_, stop = served(t, "--sample", "--data", folder)
	if code, errs := stop(); code != exitDone {
		t.Fatalf("second start: got %d, %s", code, errs)
	}
	// The audit log of the installation tells of the second link; all else is as it was.
	was, _, _ := strings.Cut(before.out, "installation")
	after := console{now: noon()}.run(t, "verify", "--data", folder)
	if now, _, _ := strings.Cut(after.out, "installation"); now != was || after.code != exitDone {
		t.Errorf("a second start changed the ledger:\n%s\n%s", before.out, after.out)
	}
}
