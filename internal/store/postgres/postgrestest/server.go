// SPDX-License-Identifier: Apache-2.0

package postgrestest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// The roles of a private server.
const (
	administrator = "postgres"
	owner         = "owner" // may create databases and roles, but is no superuser
)

// patience bounds how long a server may take to begin or to end.
const patience = time.Minute

// Options say how a server differs from the usual one.
type Options struct {
	// Careless skips fsync: faster, and not for tests of what survives a crash.
	Careless bool
	// Settings are further ones of the server, such as "log_statement": "all".
	Settings map[string]string
}

// Server is a PostgreSQL that a test started. Its methods are for one goroutine.
type Server struct {
	programs string
	folder   string // holds everything; goes with the server
	servant  *syscall.Credential
	port     int
	password string // of both roles
	options  Options
	leash    *os.File // the guard stops the server and removes the folder when this closes
	process  *os.Process
	ended    chan struct{} // closes when the process has
}

// begin makes a server in a folder of its own and starts it.
func begin(ctx context.Context, o Options) (s *Server, err error) {
	if s, err = prepare(ctx, o); err != nil {
		return nil, err
	}
	secret := filepath.Join(s.folder, "password")
	if err := s.write(secret, s.password); err != nil {
		return nil, errors.Join(err, s.leash.Close())
	}
	args := []string{
		"--pgdata", s.data(), "--username", administrator, "--pwfile", secret, "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C", "--no-sync",
	}
	if out, err := s.command(ctx, filepath.Join(s.programs, "initdb"), args...).CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), s.leash.Close())
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.leash.Close())
	}
	return s, s.makeOwner(ctx)
}

// prepare makes the folder of a server that is not there yet.
func prepare(ctx context.Context, o Options) (*Server, error) {
	s := &Server{password: rand.Text(), options: o}
	var err error
	if s.programs, err = programs(ctx); err != nil {
		return nil, err
	}
	if s.servant, err = servant(); err != nil {
		return nil, err
	}
	if s.folder, err = os.MkdirTemp("", "securescore-postgres-"); err != nil {
		return nil, err
	}
	if err := s.own(s.folder); err != nil {
		return nil, err
	}
	return s, s.watch(ctx)
}

// guard waits until its input ends, which is when this process is gone or has
// let go of the server, then stops the server and removes its folder.
const guard = `read -r _
pid=$(head -n 1 data/postmaster.pid 2>/dev/null)
[ -z "$pid" ] || kill -QUIT "$pid" 2>/dev/null
tries=0
while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
cd / && rm -rf "$1"`

// watch starts the guard.
func (s *Server) watch(ctx context.Context) error {
	end, leash, err := os.Pipe()
	if err != nil {
		return err
	}
	c := s.command(context.WithoutCancel(ctx), "/bin/sh", "-c", guard, "guard", s.folder)
	c.Stdin = end
	if err := c.Start(); err != nil {
		return errors.Join(err, end.Close(), leash.Close())
	}
	s.leash = leash
	return errors.Join(end.Close(), c.Process.Release())
}

// own gives a file or folder to the servant.
func (s *Server) own(path string) error {
	if s.servant == nil {
		return nil
	}
	return os.Chown(path, int(s.servant.Uid), int(s.servant.Gid))
}

func (s *Server) write(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return s.own(path)
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// start runs the server on its port, or on a free one when it has none yet, and
// waits until it answers.
func (s *Server) start(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		fresh := s.port == 0
		err := s.startOnce(ctx)
		if err == nil {
			return nil
		}
		if !fresh || attempt == 5 {
			return err
		}
		s.port = 0 // somebody else took it meanwhile
	}
}

func (s *Server) startOnce(ctx context.Context) error {
	if s.port == 0 {
		port, err := freePort(ctx)
		if err != nil {
			return err
		}
		s.port = port
	}
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	c := s.command(context.WithoutCancel(ctx), filepath.Join(s.programs, "postgres"), s.arguments()...)
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		return errors.Join(err, log.Close())
	}
	ended := make(chan struct{})
	s.process, s.ended = c.Process, ended
	go func() {
		defer close(ended)
		_ = c.Wait() // the log says why it ended
	}()
	return errors.Join(log.Close(), s.await(ctx))
}

// arguments are the command line of the server.
func (s *Server) arguments() []string {
	args := []string{"-D", s.data()}
	settings := map[string]string{
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(s.port), "unix_socket_directories": "",
		"max_connections": "400", "max_prepared_transactions": "50", "shared_buffers": "64MB",
		"wal_level": "replica", "max_wal_senders": "10", "hot_standby": "on", "wal_keep_size": "256MB",
		"fsync": "on", "autovacuum_naptime": "10min", "lc_messages": "C", "timezone": "UTC",
	}
	if s.options.Careless {
		settings["fsync"], settings["synchronous_commit"], settings["full_page_writes"] = "off", "off", "off"
	}
	maps.Copy(settings, s.options.Settings)
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

func (s *Server) logFile() string { return filepath.Join(s.folder, "log") }

func freePort(ctx context.Context) (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return 0, errors.Join(err, l.Close())
	}
	n, err := strconv.Atoi(port)
	return n, errors.Join(err, l.Close())
}

// await waits until the server answers queries.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.url(administrator, "postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.ended:
			return fmt.Errorf("the server ended: %s", s.log())
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w: %s", err, s.log())
		case <-ticker.C:
		}
	}
}

// log is the end of what the server wrote.
func (s *Server) log() string {
	text, _ := os.ReadFile(s.logFile()) // a help for reading a failed test
	return string(text[max(0, len(text)-4000):])
}

func (s *Server) url(user, database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(user, s.password), Host: s.Address(), Path: "/" + database, RawQuery: "sslmode=disable"}
	return u.String()
}

// Address is where the server listens, as host and port.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Admin is the URL of the superuser.
func (s *Server) Admin() string { return s.url(administrator, "postgres") }

func (s *Server) makeOwner(ctx context.Context) error {
	return onConn(ctx, s.Admin(), func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "CREATE ROLE "+owner+" LOGIN CREATEDB CREATEROLE PASSWORD '"+s.password+"' IN ROLE pg_signal_backend")
		return err
	})
}

// onConn runs fn on a connection of its own.
func onConn(ctx context.Context, address string, fn func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	return errors.Join(fn(conn), conn.Close(ctx))
}
