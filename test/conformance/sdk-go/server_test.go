// SPDX-License-Identifier: Apache-2.0

// Package sdk_test drives the real binary with Microsoft's SDK for Go. It is a
// module of its own: the SDK takes minutes and gigabytes to build.
package sdk_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	auth "github.com/microsoft/kiota-authentication-azure-go"
	khttp "github.com/microsoft/kiota-http-go"
	graph "github.com/microsoftgraph/msgraph-sdk-go"
	core "github.com/microsoftgraph/msgraph-sdk-go-core"
)

const (
	binary = "../../../bin/securescore"
	tenant = "5a3c1e00-0000-4000-8000-000000000001" // the sample organisation
)

// server is the real program with a sample organisation of its own.
type server struct {
	url, data string
}

var ready = regexp.MustCompile(`(http\S+)/signin#`)

// serve starts the program and ends it with the test. The SDK speaks plain
// http to loopback addresses.
func serve(t *testing.T, flags ...string) server {
	t.Helper()
	if _, err := os.Stat(binary); err != nil {
		t.Fatalf("%v; run: make build", err)
	}
	s := server{data: filepath.Join(t.TempDir(), "data")}
	args := append([]string{"serve", "--sample", "--listen", "127.0.0.1:0", "--data", s.data}, flags...)
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := ready.FindStringSubmatch(lines.Text()); found != nil {
			s.url = found[1]
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return s
		}
	}
	t.Fatalf("%s ended before it was ready", cmd)
	return s
}

// token makes an API token with the command that people use.
func (s server) token(t *testing.T, role, scope string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "token", "create", "--role", role, "--scope", scope, "--tenant", tenant, "--data", s.data)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

func (s server) reader(t *testing.T) string {
	return s.token(t, "security-reader", "SecurityEvents.Read.All")
}

func (s server) writer(t *testing.T) string {
	return s.token(t, "security-administrator", "SecurityEvents.ReadWrite.All")
}

// credential is a token that is there already.
type credential string

func (c credential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(c)}, nil
}

// wire keeps what passed between client and server.
type wire struct {
	mu     sync.Mutex
	coding []string // of each request's body
	status []int
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := khttp.GetDefaultTransport().RoundTrip(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.coding = append(w.coding, r.Header.Get("Content-Encoding"))
	if err == nil {
		w.status = append(w.status, answer.StatusCode)
	}
	return answer, err
}

// connect makes the SDK's client with all of its own handlers; only the base
// URL and the host that may see the token are ours.
func (s server) connect(t *testing.T, token string) (*graph.GraphServiceClient, *wire) {
	t.Helper()
	provider, err := auth.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(credential(token), nil, []string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{}
	options := graph.GetDefaultClientOptions()
	client := &http.Client{Transport: khttp.NewCustomTransportWithParentTransport(w, core.GetDefaultMiddlewaresWithOptions(&options)...)}
	adapter, err := graph.NewGraphRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(provider, nil, nil, client)
	if err != nil {
		t.Fatal(err)
	}
	adapter.SetBaseUrl(s.url + "/v1.0")
	return graph.NewGraphServiceClient(adapter), w
}
