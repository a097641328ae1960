// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"context"
	"io"
	"net"
	"net/http"
)

// gathering accepts connections that can put the head of an answer and its body
// into one packet.
type gathering struct{ net.Listener }

// Accept implements net.Listener.
func (l gathering) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		return &gatherer{TCPConn: tcp}, nil
	}
	return c, nil
}

// gatherer is a connection that can hold one write back until the next one.
// Package net/http writes the head of an answer first, filled up to the size of
// its own buffer, and the rest of a large body after it: two calls of the system
// and two packets, of which the first wakes the client for nothing.
type gatherer struct {
	*net.TCPConn

	on   bool
	held []byte
	pair [2][]byte
}

// Write implements net.Conn. net/http never writes to one connection from two
// goroutines.
func (c *gatherer) Write(p []byte) (int, error) {
	switch {
	case len(c.held) > 0:
		return c.both(p)
	case c.on && len(p) <= mostHeld:
		c.held = append(c.held, p...)
		return len(p), nil
	}
	return c.TCPConn.Write(p)
}

// both sends what was held back and p. It counts p alone, as its caller knows
// of nothing else.
func (c *gatherer) both(p []byte) (int, error) {
	held := int64(len(c.held))
	c.pair[0], c.pair[1] = c.held, p
	all := net.Buffers(c.pair[:])
	n, err := all.WriteTo(c.TCPConn)
	c.pair, c.held = [2][]byte{}, c.held[:0]
	return int(max(0, n-held)), err
}

// flush sends what is held back.
func (c *gatherer) flush() error {
	c.on = false
	if len(c.held) == 0 {
		return nil
	}
	_, err := c.both(nil)
	return err
}

// mostHeld is what net/http puts together before it writes, in bytes. What is
// larger goes out without being copied.
const mostHeld = 4 << 10

type gathererKey struct{}

func withGatherer(ctx context.Context, c net.Conn) context.Context {
	if g, ok := c.(*gatherer); ok {
		return context.WithValue(ctx, gathererKey{}, g)
	}
	return ctx
}

// Gather returns a writer to w for bodies whose Content-Length is set: each
// write goes out in as few packets as the connection can, together with the
// head of the answer. Its errors are those of w.
func Gather(w http.ResponseWriter, r *http.Request) io.Writer {
	if g, ok := r.Context().Value(gathererKey{}).(*gatherer); ok {
		return &gathered{w, g}
	}
	return w
}

// gathered lets a connection hold back what belongs to one write.
type gathered struct {
	http.ResponseWriter

	conn *gatherer
}

// Write implements io.Writer.
func (w *gathered) Write(p []byte) (int, error) {
	w.conn.on = true
	n, err := w.ResponseWriter.Write(p)
	if failed := w.conn.flush(); err == nil {
		err = failed
	}
	return n, err
}
