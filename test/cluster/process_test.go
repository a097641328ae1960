// SPDX-License-Identifier: Apache-2.0

package cluster_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The environment of these tests.
const (
	binaryVariable = "SECURESCORE_BINARY" // path of the built program
	killsVariable  = "SECURESCORE_KILLS"  // how often the kill test kills
)

// patience bounds every wait for something that has to come.
const patience = time.Minute

// program is the path of the built program.
func program(t *testing.T) string {
	t.Helper()
	path := os.Getenv(binaryVariable)
	if path == "" {
		t.Skip(binaryVariable + " does not name the built program: run 'make test-cluster'")
	}
	return path
}

func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv(killsVariable)
	if text == "" {
		return 20
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, want a number from 1", killsVariable, text)
	}
	return n
}

// pause waits unless the context ends before.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// until asks again and again until the answer is yes, and reports whether it
// ever was.
func until(ctx context.Context, holds func() bool) bool {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for !holds() {
		if bounded.Err() != nil {
			return false
		}
		pause(bounded, 5*time.Millisecond)
	}
	return true
}

// run is one command line that has to work; it returns what was printed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := command(t.Context(), program(t), args...)
	if err != nil {
		t.Fatalf("securescore %s: %v: %s", args[0], err, out)
	}
	return out
}

// prepared is a command of the built program.
func prepared(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "securescore")
	cmd.Path, cmd.Err = path, nil
	cmd.Args = append(cmd.Args, args...)
	return cmd
}

// command runs one command line.
func command(ctx context.Context, path string, args ...string) (string, error) {
	cmd := prepared(ctx, path, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return string(out) + errs.String(), err
	}
	return string(out), nil
}

// lastLine is where secrets and ids are printed.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// server is a process that serves.
type server struct {
	cmd  *exec.Cmd
	base string // where it answers, http://127.0.0.1:PORT
	link string // its one-time link
	log  *bytes.Buffer
}

// serve starts a server on a free port and returns when it says where it
// listens. It is killed when the test ends.
func serve(t *testing.T, database string, args ...string) *server {
	t.Helper()
	s, err := startServer(t.Context(), program(t), database, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	return s
}

func startServer(ctx context.Context, path, database string, args ...string) (*server, error) {
	all := append([]string{
		"serve", "--listen", "127.0.0.1:0", "--database", database,
		"--graph-scores-per-minute", "0", "--graph-per-ten-minutes", "0", "--graph-concurrent", "0",
	}, args...)
	s := &server{cmd: prepared(ctx, path, all...), log: &bytes.Buffer{}}
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for s.base == "" && lines.Scan() {
		if at := strings.Index(lines.Text(), "http://127.0.0.1:"); at >= 0 {
			s.link = strings.TrimSpace(lines.Text()[at:])
			s.base, _, _ = strings.Cut(s.link, "/signin")
		}
	}
	if s.base == "" {
		err := s.cmd.Wait()
		return nil, &startError{err, s.log.String()}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return s, nil
}

// startError is a server that ended instead of serving.
type startError struct {
	cause error
	log   string
}

func (e *startError) Error() string {
	return "the server did not start: " + e.cause.Error() + ": " + e.log
}
func (e *startError) Unwrap() error { return e.cause }

// kill ends it as a loss of power would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	_ = s.cmd.Wait()
}

// ready asks whether requests may be sent there.
func (s *server) ready(ctx context.Context) bool {
	status, _, err := ask(ctx, http.DefaultClient, http.MethodGet, s.base+"/readyz", "", nil)
	return err == nil && status == http.StatusOK
}

func (s *server) awaitReady(t *testing.T) {
	t.Helper()
	if ok := until(t.Context(), func() bool { return s.ready(t.Context()) }); !ok {
		t.Fatalf("the server at %s did not get ready", s.base)
	}
}

// ask sends one request with an API token, unless that is empty.
func ask(ctx context.Context, client *http.Client, method, address, body string, headers http.Header) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	maps.Copy(req.Header, headers)
	res, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close() // it has been read
	return res.StatusCode, string(text), err
}
