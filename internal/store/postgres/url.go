// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"securescore/internal/posture"
)

// connectTimeout bounds how long one host is tried, when the URL does not say:
// the next one is to have its turn before whoever waits gives up.
const connectTimeout = 4 * time.Second

var errAddress = errors.New("is not the URL of a PostgreSQL database")

const addressAdvice = "write postgres://USER:PASSWORD@HOST:5432/DATABASE, with %40 for @, %2F for /, %3A for :, %23 for # and %3F for ? " +
	"within the password; several hosts are separated by commas"

// Parse reads the URL of a database. Several hosts may be named; only one that
// accepts writes is used, unless the URL says otherwise. No error of it, and none of
// a connection that is made from it, holds the password.
func Parse(address string) (*pgx.ConnConfig, error) {
	refused := &posture.InputError{File: "database", Offset: -1, Cause: errAddress, Advice: addressAdvice}
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		return nil, refused
	}
	// A password with a bare / or ? in it makes a part of it the host: whatever
	// follows could show it, so that such a URL is not read at all.
	_, rest, _ := strings.Cut(address, "://")
	authority, rest, _ := cutAny(rest, "/?#")
	if strings.Contains(rest, "@") || strings.Count(authority, "@") > 1 {
		return nil, refused
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, refused // its text may hold parts of the URL
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if config.ValidateConnect == nil {
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	return config, nil
}

func cutAny(s, chars string) (before, after string, found bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// Place names a database for messages: without user and password.
func Place(c *pgx.ConnConfig) string {
	hosts := []string{net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))}
	for _, f := range c.Fallbacks {
		if host := net.JoinHostPort(f.Host, strconv.Itoa(int(f.Port))); host != hosts[len(hosts)-1] {
			hosts = append(hosts, host)
		}
	}
	u := url.URL{Scheme: "postgres", Host: strings.Join(hosts, ","), Path: "/" + c.Database}
	return u.String()
}

// dial opens one connection.
func dial(ctx context.Context, address string) (*pgx.Conn, error) {
	config, err := Parse(address)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, unreachable(config, err)
	}
	return conn, nil
}

// unreachable says why there is no connection.
func unreachable(c *pgx.ConnConfig, err error) error {
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fmt.Errorf("connect to %s: %w: %s", Place(c), posture.ErrUnavailable, refusal.Message)
	}
	text := err.Error()
	if c.Password != "" {
		text = strings.ReplaceAll(text, c.Password, "xxxxx")
	}
	return fmt.Errorf("connect to %s: %w: %s", Place(c), posture.ErrUnavailable, text)
}

// failed says what was being done to the schema and what the database answered.
// Only somebody who works on the schema sees it, so that the answer stands in it.
func failed(doing string, err error) error {
	var server *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &server) && server.Code == "42501":
		return fmt.Errorf("%s: %w: %s; sign in as the role that owns the database", doing, posture.ErrForbidden, server.Message)
	case errors.As(err, &server):
		return fmt.Errorf("%s: %s (SQLSTATE %s)", doing, server.Message, server.Code)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
