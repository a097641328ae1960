// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// How long is waited for a database that gives no sign of life. A network that
// swallows everything closes no connection: without bounds a request would hang
// for as long as the operating system goes on trying, and what the database
// still holds for it, such as the right to write to a tenant, for two hours.
const (
	// silence is the longest time without a byte while one is awaited.
	silence = 20 * time.Second
	// acquiring bounds the wait for a connection.
	acquiring = 10 * time.Second
	// pinging bounds the question whether a connection that was idle still works.
	pinging = 2 * time.Second
)

// bounds are set for each session, unless the address says otherwise: they make
// the database let go of what belongs to a process that it cannot reach. A wait
// for a lock ends before the silence does, with an error that says so.
func bounds() map[string]string {
	return map[string]string{
		"lock_timeout":                        "15s",
		"idle_in_transaction_session_timeout": "2min",
		"tcp_keepalives_idle":                 "10",
		"tcp_keepalives_interval":             "5",
		"tcp_keepalives_count":                "3",
		"tcp_user_timeout":                    "30s",
	}
}

// bound gives a pool all of this.
func bound(config *pgxpool.Config) {
	for name, value := range bounds() {
		if _, said := config.ConnConfig.RuntimeParams[name]; !said {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	config.PingTimeout = pinging
	dialer := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}}
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &impatient{Conn: conn}, nil
	}
}

// impatient is a connection on which no read and no write waits for longer than
// the silence. Deadlines that somebody sets count instead.
type impatient struct {
	net.Conn

	mu          sync.Mutex
	read, write bool // whether somebody has set a deadline
}

// Read implements net.Conn.
func (c *impatient) Read(p []byte) (int, error) {
	if err := c.await(&c.read, c.Conn.SetReadDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write implements net.Conn.
func (c *impatient) Write(p []byte) (int, error) {
	if err := c.await(&c.write, c.Conn.SetWriteDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

func (c *impatient) await(said *bool, set func(time.Time) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if *said {
		return nil
	}
	return set(time.Now().Add(silence)) //nolint:forbidigo // a deadline of the system, whatever the clock of the product says
}

// SetDeadline implements net.Conn.
func (c *impatient) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read, c.write = !t.IsZero(), !t.IsZero()
	return c.Conn.SetDeadline(t)
}

// SetReadDeadline implements net.Conn.
func (c *impatient) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = !t.IsZero()
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline implements net.Conn.
func (c *impatient) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write = !t.IsZero()
	return c.Conn.SetWriteDeadline(t)
}
