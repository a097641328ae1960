// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"securescore/internal/httpserver"
)

// pair is a key with a certificate that it signed itself.
type pair struct {
	cert, key []byte // PEM
	roots     *x509.CertPool
}

func newPair(t *testing.T, serial int64) pair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "score.example.org"},
		DNSNames: []string{"score.example.org", "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p := pair{
		cert:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
		roots: x509.NewCertPool(),
	}
	p.roots.AppendCertsFromPEM(p.cert)
	return p
}

// put replaces a file as tools that renew certificates do: at one stroke.
func put(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// encrypted returns a configuration with the pair in files.
func encrypted(t *testing.T, p pair) httpserver.Config {
	t.Helper()
	folder := t.TempDir()
	c := httpserver.Config{Listen: "127.0.0.1:0", TLSCert: filepath.Join(folder, "cert.pem"), TLSKey: filepath.Join(folder, "key.pem")}
	put(t, c.TLSCert, p.cert)
	put(t, c.TLSKey, p.key)
	return c
}

// browser opens connections of its own, to this machine whatever the name.
func browser(t *testing.T, p pair, port string, change func(*tls.Config)) *http.Client {
	t.Helper()
	config := &tls.Config{RootCAs: p.roots, MinVersion: tls.VersionTLS12}
	if change != nil {
		change(config)
	}
	transport := &http.Transport{
		TLSClientConfig: config, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+port)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

type seen struct {
	status int
	proto  string
	header http.Header
	serial string
}

func visit(t *testing.T, client *http.Client, url string) (seen, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		return seen{}, err
	}
	defer func() { _ = res.Body.Close() }()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return seen{}, err
	}
	return seen{res.StatusCode, res.Proto, res.Header, res.TLS.PeerCertificates[0].SerialNumber.String()}, nil
}

func TestTLS(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1)
	config := encrypted(t, p)
	config.Listen, config.Public = "0.0.0.0:0", "https://score.example.org"
	s, port := start(t, config, routes{"/": report})
	if want := "https://127.0.0.1:" + port; s.LocalURL() != want || s.URL() != config.Public {
		t.Errorf("got %s and %s, want %s and %s", s.LocalURL(), s.URL(), want, config.Public)
	}
	tests := map[string]struct {
		url    string
		change func(*tls.Config)
		proto  string
		status int // 0 when there is no connection
		hsts   bool
	}{
		"public name":                  {"https://score.example.org/", nil, "HTTP/2.0", 200, true},
		"public name, TLS 1.2":         {"https://score.example.org/", func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, "HTTP/2.0", 200, true},
		"this machine":                 {"https://127.0.0.1:" + port + "/", nil, "HTTP/2.0", 200, false},
		"this machine by name":         {"https://localhost:" + port + "/", nil, "HTTP/2.0", 200, false},
		"public name with other port":  {"https://score.example.org:8443/", nil, "HTTP/2.0", 421, true},
		"another name":                 {"https://evil.example/", func(c *tls.Config) { c.ServerName = "score.example.org" }, "HTTP/2.0", 421, true},
		"TLS 1.1 is too old":           {"https://score.example.org/", func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, "", 0, false},
		"a certificate nobody vouches": {"https://score.example.org/", func(c *tls.Config) { c.RootCAs = x509.NewCertPool() }, "", 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := visit(t, browser(t, p, port, test.change), test.url)
			if test.status == 0 {
				if err == nil {
					t.Fatalf("got %+v, want no connection", got)
				}
				return
			}
			if err != nil || got.status != test.status || got.proto != test.proto {
				t.Fatalf("got %+v, %v; want %d over %s", got, err, test.status, test.proto)
			}
			if hsts := got.header.Get("Strict-Transport-Security") != ""; hsts != test.hsts {
				t.Errorf("got HSTS %t, want %t", hsts, test.hsts)
			}
			if got.status == http.StatusOK && (got.header.Get("Secure") != "yes" || got.header.Get("Base") != config.Public || got.header.Get("Client") != "127.0.0.1") {
				t.Errorf("got %v", got.header)
			}
		})
	}
	if status, _ := raw(t, port, "GET / HTTP/1.1\r\nHost: score.example.org\r\n\r\n"); status != http.StatusBadRequest {
		t.Errorf("without TLS: got %d, want 400", status)
	}
}

// journal keeps what the server logs while the test goes on.
type journal struct {
	mu      sync.Mutex
	content strings.Builder
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.content.Write(line)
}

func (j *journal) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.content.String()
}

// A renewed certificate is used from the next connection on, a connection that
// is open stays open, and files that do not fit together change nothing.
func TestCertificateIsLoadedAgain(t *testing.T) {
	t.Parallel()
	first, second := newPair(t, 1), newPair(t, 2)
	config := encrypted(t, first)
	var log journal
	config.Log = slog.New(slog.NewTextHandler(&log, nil))
	s, port := start(t, config, routes{"/": report})
	expect := func(step string, client *http.Client, serial string) {
		t.Helper()
		if got, err := visit(t, client, s.URL()); err != nil || got.status != http.StatusOK || got.serial != serial {
			t.Errorf("%s: got %+v, %v; want certificate %s", step, got, err, serial)
		}
	}
	open := browser(t, first, port, nil)
	expect("at first", open, "1")
	put(t, config.TLSCert, second.cert)
	expect("certificate without its key", browser(t, first, port, nil), "1")
	put(t, config.TLSKey, second.key)
	expect("both", browser(t, second, port, nil), "2")
	expect("the open connection", open, "1")
	if err := os.Remove(config.TLSKey); err != nil {
		t.Fatal(err)
	}
	expect("key is gone", browser(t, second, port, nil), "2")
	expect("key is still gone", browser(t, second, port, nil), "2")
	put(t, config.TLSCert, []byte("nonsense"))
	put(t, config.TLSKey, []byte("nonsense"))
	expect("nonsense", browser(t, second, port, nil), "2")
	put(t, config.TLSCert, first.cert)
	put(t, config.TLSKey, first.key)
	expect("back again", browser(t, first, port, nil), "1")
	if got := strings.Count(log.text(), "cannot be used"); got != 3 {
		t.Errorf("got %d warnings, want one for each change that does not work:\n%s", got, log.text())
	}
	if strings.Contains(log.text(), "PRIVATE") {
		t.Error("the log holds the key")
	}
}

func TestCertificateMustBeThereAtTheStart(t *testing.T) {
	t.Parallel()
	first, second := newPair(t, 1), newPair(t, 2)
	tests := map[string]struct {
		change func(*testing.T, httpserver.Config)
		want   string
	}{
		"no key":      {func(t *testing.T, c httpserver.Config) { t.Helper(); _ = os.Remove(c.TLSKey) }, "tls-key: "},
		"no cert":     {func(t *testing.T, c httpserver.Config) { t.Helper(); _ = os.Remove(c.TLSCert) }, "tls-cert: "},
		"another key": {func(t *testing.T, c httpserver.Config) { t.Helper(); put(t, c.TLSKey, second.key) }, "private key does not match"},
		"nonsense":    {func(t *testing.T, c httpserver.Config) { t.Helper(); put(t, c.TLSCert, []byte("nonsense")) }, "tls-cert "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := encrypted(t, first)
			config.Log = slog.New(slog.DiscardHandler)
			test.change(t, config)
			s, err := httpserver.Listen(t.Context(), config)
			if err == nil {
				_ = s.Close()
				t.Fatal("got no error")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestTLSLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1)
	config := encrypted(t, p)
	config.Log = slog.New(slog.DiscardHandler)
	entered, release := make(chan struct{}), make(chan struct{})
	s, err := httpserver.Listen(t.Context(), config, routes{"/slow": func(http.ResponseWriter, *http.Request) {
		close(entered)
		<-release
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	answered := make(chan seen, 1)
	client := browser(t, p, s.URL()[strings.LastIndexByte(s.URL(), ':')+1:], nil)
	go func() {
		got, _ := visit(t, client, s.URL()+"/slow")
		answered <- got
	}()
	<-entered
	stop()
	close(release)
	if got := <-answered; got.status != http.StatusOK || got.proto != "HTTP/2.0" {
		t.Errorf("request under way: got %+v", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
}
