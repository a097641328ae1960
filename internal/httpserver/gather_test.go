// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"net/http"
	"strconv"
	"testing"

	"securescore/internal/httpserver"
)

// sized answers with as many bytes as the path says, in one write or in two.
type sized struct{}

func (sized) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /{size}/{first}", func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.Atoi(r.PathValue("size"))
		first, _ := strconv.Atoi(r.PathValue("first"))
		body := counting(size)
		w.Header().Set("Content-Length", strconv.Itoa(size))
		to := httpserver.Gather(w, r)
		for _, part := range [][]byte{body[:first], body[first:]} {
			if n, err := to.Write(part); n != len(part) || err != nil {
				panic(http.ErrAbortHandler)
			}
		}
	})
}

func counting(n int) []byte {
	body := make([]byte, n)
	for i := range body {
		body[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return body
}

// What is held back for a moment must arrive, once and in order, whatever its
// size, one answer behind the other on one connection.
func TestGatheredBodiesArriveWhole(t *testing.T) {
	t.Parallel()
	server, _ := start(t, httpserver.Config{Listen: "127.0.0.1:0"}, sized{})
	for _, size := range []int{0, 1, 2047, 2048, 3000, 4095, 4096, 4097, 8192, 40_000, 1 << 20} {
		for _, first := range []int{0, 1, size / 2, size} {
			if first > size {
				continue
			}
			body := get(t, server.URL()+"/"+strconv.Itoa(size)+"/"+strconv.Itoa(first))
			if body != string(counting(size)) {
				t.Fatalf("%d bytes, the first write of %d: got %d bytes, or others", size, first, len(body))
			}
		}
	}
}
