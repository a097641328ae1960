// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// noncePlace is what the page holds where the nonce of a response goes.
const noncePlace = "__CSP_NONCE__"

// Portal serves the single-page portal: its files, and its page for every
// address that is no file, so that deep links work.
type Portal struct {
	files map[string]*file
	page  []byte // nil when the portal was not built into this binary
	empty []byte // what to say then
}

type file struct {
	content []byte
	kind    string
	tag     string // entity tag, with quotes
	fixed   bool   // its name changes with its content
	packed  func() []byte
}

// NewPortal reads all files. files holds index.html and what it loads, or only
// placeholder.html, which is shown when the portal was not built.
func NewPortal(files fs.FS) (*Portal, error) {
	p := &Portal{files: map[string]*file{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		switch name {
		case "index.html":
			p.page = content
		case "placeholder.html":
			p.empty = content
		default:
			p.files[name] = newFile(name, content)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the portal's files: %w", err)
	}
	if p.page == nil && p.empty == nil {
		return nil, errors.New("read the portal's files: neither index.html nor placeholder.html is there")
	}
	return p, nil
}

// Mount takes every address that nothing else takes.
func (p *Portal) Mount(mux *http.ServeMux) {
	mux.HandleFunc("/", p.serve)
}

func (p *Portal) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		StatusProblem(r.Context(), http.StatusMethodNotAllowed, "Pages can only be read.", nil).Write(w)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if f, ok := p.files[name]; ok {
		f.serve(w, r)
		return
	}
	if strings.HasPrefix(name, "assets/") {
		StatusProblem(r.Context(), http.StatusNotFound, "There is no such file.", nil).Write(w)
		return
	}
	p.servePage(w)
}

func (p *Portal) servePage(w http.ResponseWriter) {
	nonce := rand.Text()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", pagePolicy(nonce))
	if p.page == nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write(bytes.ReplaceAll(p.empty, []byte(noncePlace), []byte(nonce)))
		return
	}
	_, _ = w.Write(bytes.ReplaceAll(p.page, []byte(noncePlace), []byte(nonce)))
}

// pagePolicy lets the page run its own script files, style itself with rules
// that carry the nonce, and talk to its own server; nothing else.
func pagePolicy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"connect-src 'self'",
		"img-src 'self' data:",
		"frame-ancestors 'none'",
		"base-uri 'none'",
		"form-action 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

func newFile(name string, content []byte) *file {
	sum := sha256.Sum256(content)
	f := &file{
		content: content,
		kind:    mime.TypeByExtension(path.Ext(name)),
		tag:     `"` + hex.EncodeToString(sum[:16]) + `"`,
		fixed:   strings.HasPrefix(name, "assets/"),
	}
	if f.kind == "" {
		f.kind = "application/octet-stream"
	}
	f.packed = sync.OnceValue(func() []byte { return pack(content) })
	return f
}

// pack compresses, or returns nil when that gains nothing.
func pack(content []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(content); err != nil || w.Close() != nil || out.Len() >= len(content) {
		return nil
	}
	return out.Bytes()
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("ETag", f.tag)
	h.Set("Vary", "Accept-Encoding")
	if f.fixed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.content
	if acceptsGzip(r) {
		if packed := f.packed(); packed != nil {
			h.Set("Content-Encoding", "gzip")
			body = packed
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// acceptsGzip reads the list of encodings; "gzip;q=0" is a refusal.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q, ok := strings.CutPrefix(strings.TrimSpace(weight), "q=")
			return !ok || strings.Trim(q, "0.") != ""
		}
	}
	return false
}
