// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"securescore/internal/httpserver"
)

// The types of what is sent.
const (
	typeJSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
	typeText = "text/plain;charset=utf-8"
	typeXML  = "application/xml;charset=utf-8"
)

// usualHeaders are those of every answer that does not say otherwise.
var usualHeaders = http.Header{
	"Odata-Version": {"4.0"},
	"Vary":          {"Accept-Encoding, Authorization"},
	"Cache-Control": {"private, no-cache"},
}

// answer is what a handler gives back, for the network or for a batch.
type answer struct {
	status int
	header http.Header
	// write sends the body; nil when there is none. What it writes has passed
	// every check before: an error here is a client that has gone, or a storage
	// that failed half-way.
	write func(io.Writer) error
	// length is the size of the body in bytes, -1 when it is not known yet.
	length int
	packed bool // the body is compressed already
}

// newAnswer is an answer of JSON.
func newAnswer(status int, body []byte) *answer {
	a := &answer{status: status, header: http.Header{}}
	a.set(typeJSON, body)
	return a
}

func (out *answer) set(kind string, body []byte) {
	out.header.Set("Content-Type", kind)
	out.length = len(body)
	out.write = func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	}
}

// empty is an answer without a body.
func empty(status int) *answer { return &answer{status: status, header: http.Header{}} }

// worthPacking is from how many bytes on compressing pays: below it fits into
// one packet anyhow.
const worthPacking = 1400

// send writes an answer to the network. When the body breaks off, so does the
// connection: a client must not take a part for the whole.
func (a *API) send(w http.ResponseWriter, r *http.Request, out *answer) {
	h := w.Header()
	maps.Copy(h, out.header)
	for name, values := range usualHeaders {
		if _, set := h[name]; !set {
			h[name] = values
		}
	}
	pack := out.write != nil && !out.packed && (out.length < 0 || out.length >= worthPacking) && acceptsGzip(r.Header)
	if out.packed || pack {
		h.Set("Content-Encoding", "gzip")
	}
	if out.write != nil && out.length >= 0 && !pack {
		h.Set("Content-Length", strconv.Itoa(out.length))
	}
	w.WriteHeader(out.status)
	if out.write == nil || r.Method == http.MethodHead {
		return
	}
	var to io.Writer = w
	if out.packed {
		to = httpserver.Gather(w, r)
	}
	if err := body(to, out.write, pack); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func body(w io.Writer, write func(io.Writer) error, pack bool) error {
	if !pack {
		return write(w)
	}
	packer, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if err := write(packer); err != nil {
		return err
	}
	return packer.Close()
}

// acceptsGzip reads the list of encodings; "gzip;q=0" is a refusal.
func acceptsGzip(h http.Header) bool {
	for _, line := range h.Values("Accept-Encoding") {
		for part := range strings.SplitSeq(line, ",") {
			name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
			if strings.EqualFold(strings.TrimSpace(name), "gzip") {
				q, ok := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(weight, " ", "")), "q=")
				return !ok || strings.Trim(q, "0.") != ""
			}
		}
	}
	return false
}
