// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"securescore/internal/posture"
)

// certificate is a key pair in two files. It looks at the files at every
// handshake, which costs two system calls, so that a renewed certificate is
// used from the next connection on; connections that are open stay.
type certificate struct {
	cert, key string
	log       *slog.Logger

	mu     sync.Mutex
	seen   [2]os.FileInfo // as they were before the last attempt to load; nil when missing
	loaded *tls.Certificate
}

// newCertificate loads the pair. The error wraps posture.ErrInvalid.
func newCertificate(cert, key string, log *slog.Logger) (*certificate, error) {
	c := &certificate{cert: cert, key: key, log: log}
	var err error
	if c.seen, err = c.stat(); err != nil {
		return nil, err
	}
	if err := c.load(); err != nil {
		return nil, err
	}
	return c, nil
}

// config speaks TLS 1.2 and newer, with the defaults of crypto/tls.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.current}
}

// current keeps the last good pair when the files are gone or do not fit
// together: one may have been replaced a moment before the other. Files are
// looked at before they are read, so that what changes in between is read
// once more.
func (c *certificate) current(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen, err := c.stat()
	if same(seen, c.seen) {
		return c.loaded, nil
	}
	c.seen = seen
	if err == nil {
		err = c.load()
	}
	if err != nil {
		c.log.WarnContext(hello.Context(), "the certificate on disk cannot be used; the last good one stays in use", "error", err)
	} else {
		c.log.InfoContext(hello.Context(), "certificate loaded again", "file", c.cert)
	}
	return c.loaded, nil
}

// stat returns nothing at all when one of the files is missing.
func (c *certificate) stat() (seen [2]os.FileInfo, err error) {
	var certErr, keyErr error
	seen[0], certErr = os.Stat(c.cert)
	seen[1], keyErr = os.Stat(c.key)
	if err := errors.Join(named("tls-cert", certErr), named("tls-key", keyErr)); err != nil {
		return [2]os.FileInfo{}, err
	}
	return seen, nil
}

func named(setting string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w: %w", setting, posture.ErrInvalid, err)
}

func (c *certificate) load() error {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("tls-cert %s, tls-key %s: %w: %w", c.cert, c.key, posture.ErrInvalid, err)
	}
	c.loaded = &pair
	return nil
}

func same(a, b [2]os.FileInfo) bool {
	for i := range a {
		switch {
		case a[i] == nil || b[i] == nil:
			if a[i] != b[i] {
				return false
			}
		case !os.SameFile(a[i], b[i]) || !a[i].ModTime().Equal(b[i].ModTime()) || a[i].Size() != b[i].Size():
			return false
		}
	}
	return true
}
