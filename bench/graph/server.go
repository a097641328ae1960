// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"securescore/internal/posture"
)

// server is a process that answers on loopback.
type server struct {
	url     string
	token   string                      // of who asks
	tokens  map[posture.TenantID]string // by what they are for
	process *exec.Cmd
}

// as is the server for who reads one tenant.
func (s *server) as(tenant posture.TenantID) *server {
	other := *s
	other.token = s.tokens[tenant]
	return &other
}

func (s *server) stop() {
	_ = s.process.Process.Signal(os.Interrupt)
	_ = s.process.Wait()
}

// startServer starts the binary with limits that no load reaches, and makes a
// token for each organisation.
func startServer(ctx context.Context, binary, data string) (*server, error) {
	s := &server{tokens: make(map[posture.TenantID]string)}
	for _, tenant := range []posture.TenantID{described, unknown} {
		mint := exec.CommandContext(ctx, binary, "token", "create", "--data", data, "--tenant", string(tenant), "--role", "security-reader", "--scope", "SecurityEvents.Read.All")
		mint.Stderr = os.Stderr
		out, err := mint.Output()
		if err != nil {
			return nil, fmt.Errorf("make a token: %w", err)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		s.tokens[tenant] = lines[len(lines)-1]
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	s.url = "http://" + address
	s.process = exec.CommandContext(ctx, binary, "serve", "--data", data, "--listen", address,
		"--graph-scores-per-minute", "0", "--graph-per-ten-minutes", "0", "--graph-concurrent", "0")
	pipe, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.process.Stderr = os.Stderr
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	read := bufio.NewScanner(pipe)
	for read.Scan() {
		if strings.Contains(read.Text(), s.url) {
			go func() { _, _ = io.Copy(io.Discard, pipe) }()
			return s, nil
		}
	}
	return nil, fmt.Errorf("the server did not come up: %w", s.process.Wait())
}

// fetch asks for an address once and returns the compressed bytes.
func (s *server) fetch(ctx context.Context, path string) (body []byte, tag string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, http.NoBody)
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err = io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != http.StatusOK || response.Header.Get("Content-Encoding") != "gzip") {
		err = fmt.Errorf("got %s: %.200s", response.Status, body)
	}
	return body, response.Header.Get("ETag"), err
}

// cpuPer is the CPU time of one request under load, in microseconds.
func (s *server) cpuPer(ctx context.Context, path string, header ...string) (float64, error) {
	before, err := s.ticks()
	if err != nil {
		return 0, err
	}
	l, err := wrk(ctx, s.url+path, append(header, "Authorization: Bearer "+s.token)...)
	if err != nil {
		return 0, err
	}
	after, err := s.ticks()
	const perTick = 10_000 // microseconds; Linux counts in hundredths of a second
	return (after - before) * perTick / l.requests, err
}

// ticks is the user and system time of the process so far.
func (s *server) ticks() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, err := strconv.ParseFloat(fields[11], 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseFloat(fields[12], 64)
	return user + system, err
}

// peakMemory is the largest resident size of the process, in MiB.
func (s *server) peakMemory() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	return kib / 1024, err
}

// startNginx serves bytes that are compressed already.
func startNginx(ctx context.Context, folder string, body []byte) (*server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	root := filepath.Join(folder, "static")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, err
	}
	config := fmt.Sprintf(`
daemon off; worker_processes auto; pid %[1]s/nginx.pid; error_log stderr;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
  server { listen %[2]s; root %[3]s; default_type application/json; gzip_static always; }
}
`, folder, address, root)
	for path, text := range map[string][]byte{filepath.Join(root, "body.gz"): body, filepath.Join(folder, "nginx.conf"): []byte(config)} {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return nil, err
		}
	}
	n := &server{url: "http://" + address, process: exec.CommandContext(ctx, "nginx", "-c", filepath.Join(folder, "nginx.conf"))}
	n.process.Stderr = os.Stderr
	if err := n.process.Start(); err != nil {
		return nil, err
	}
	return n, n.listening(ctx, address)
}

// listening waits until somebody can connect.
func (s *server) listening(ctx context.Context, address string) error {
	for range 10_000 {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			return c.Close()
		}
	}
	return fmt.Errorf("nothing listens on %s", address)
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
