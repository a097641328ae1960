// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// asProgram makes the test binary behave as the program itself, so that tests
// can start, stop and kill real processes.
const asProgram = "SECURESCORE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is a server of its own.
type process struct {
	cmd  *exec.Cmd
	base string // where it answers, http://127.0.0.1:PORT
}

// startProcess starts a server on a free port and returns when it answers. It
// is killed when the test ends.
func startProcess(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.CommandContext(t.Context(), "/proc/self/exe")}
	p.cmd.Args = append([]string{"securescore", "serve", "--listen", "127.0.0.1:0"}, args...)
	p.cmd.Env = append(os.Environ(), asProgram+"=1")
	if config, ok := keysBeside(args)("XDG_CONFIG_HOME"); ok {
		p.cmd.Env = append(p.cmd.Env, "XDG_CONFIG_HOME="+config)
	}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	for p.base == "" && lines.Scan() {
		if at := strings.Index(lines.Text(), "http://127.0.0.1:"); at >= 0 {
			p.base, _, _ = strings.Cut(lines.Text()[at:], "/signin")
		}
	}
	if p.base == "" {
		t.Fatalf("the server did not say where it listens: %v", p.cmd.Wait())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	for p.status(t.Context(), "/readyz") != http.StatusOK {
		if t.Context().Err() != nil {
			t.Fatal("the server did not get ready")
		}
	}
	return p
}

// status is what the server answers to a GET; 0 when it does not answer.
func (p *process) status(ctx context.Context, path string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+path, http.NoBody)
	if err != nil {
		return 0
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// tell sends a signal.
func (p *process) tell(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// wait waits for the end of the process.
func (p *process) wait() *os.ProcessState {
	_ = p.cmd.Wait() // the state says how it ended
	return p.cmd.ProcessState
}
