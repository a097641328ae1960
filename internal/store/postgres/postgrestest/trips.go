// SPDX-License-Identifier: Apache-2.0

package postgrestest

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
)

// Trips counts how often somebody on a connection asks and waits for an answer.
type Trips struct {
	// Server is the URL of the database through the counter.
	Server string

	n atomic.Int64
}

// Count puts a counter between those who use its URL and a database.
func Count(tb testing.TB, address string) *Trips {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = l.Close() }) // ends the loop below
	t := &Trips{}
	target := u.Host
	u.Host = l.Addr().String()
	t.Server = u.String()
	ctx := context.WithoutCancel(tb.Context())
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go t.carry(ctx, conn, target)
		}
	}()
	return t
}

// carry passes one connection on until either side ends it.
func (t *Trips) carry(ctx context.Context, client net.Conn, target string) {
	var d net.Dialer
	server, err := d.DialContext(ctx, "tcp", target)
	if err != nil {
		_ = client.Close()
		return
	}
	var waits atomic.Bool // for an answer
	go func() {
		_ = forward(server, client, func() {
			if !waits.Swap(true) {
				t.n.Add(1)
			}
		})
		_ = server.Close() // the other side is gone
	}()
	_ = forward(client, server, func() { waits.Store(false) })
	_ = errors.Join(client.Close(), server.Close())
}

func forward(to io.Writer, from io.Reader, note func()) error {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			note() // first: the answer may come before Write returns
			if _, err := to.Write(buffer[:n]); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
}

// Of is how many trips fn makes. A store also follows the change feed, on a
// clock of its own: the fewest of several rounds are those of fn alone.
func (t *Trips) Of(fn func()) int64 {
	const rounds = 5
	fewest := int64(math.MaxInt64)
	for range rounds {
		before := t.n.Load()
		fn()
		fewest = min(fewest, t.n.Load()-before)
	}
	return fewest
}
