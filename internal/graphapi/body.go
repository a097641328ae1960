// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// maxBody is how large a body may be, as it is sent and once it is inflated.
const maxBody = 1 << 20

// readBody reads a body of JSON that is compressed once or not at all.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if err := checkType(r.Header); err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, tooLarge()
		}
		return nil, badRequest("The body breaks off.")
	}
	switch encoding := strings.Join(r.Header.Values("Content-Encoding"), ","); strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return raw, nil
	case "gzip":
		return inflate(raw)
	}
	return nil, unsupported("The body may be compressed with gzip, once, or not at all.")
}

// inflate undoes gzip and gives up as soon as more comes out than may.
func inflate(raw []byte) ([]byte, error) {
	unpacker, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, badRequest("The body is not gzip, as Content-Encoding says it is.")
	}
	plain, err := io.ReadAll(io.LimitReader(unpacker, maxBody+1))
	switch {
	case len(plain) > maxBody:
		return nil, tooLarge()
	case err != nil:
		return nil, badRequest("The body is not whole gzip.")
	}
	return plain, nil
}

// checkType lets JSON in UTF-8 through, whatever further parameters it has.
func checkType(h http.Header) error {
	kind, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return unsupported("The body must be application/json.")
	}
	if charset, ok := parameters["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return unsupported("The body must be in UTF-8.")
	}
	return nil
}
