// SPDX-License-Identifier: Apache-2.0

package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Start runs a server for one test alone, which may kill it.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	s, err := begin(tb.Context(), o)
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	tb.Cleanup(func() { s.end(tb) })
	return s
}

// end stops the server and removes everything of it.
func (s *Server) end(tb testing.TB) {
	tb.Helper()
	if err := s.signal(syscall.SIGQUIT); err != nil {
		tb.Errorf("stop PostgreSQL: %v", err)
	}
	if err := s.leash.Close(); err != nil { // the guard removes the folder
		tb.Errorf("stop PostgreSQL: %v", err)
	}
}

// Standby makes a server that follows this one by streaming, under a name that
// this one's synchronous_standby_names may hold, and starts it.
func (s *Server) Standby(tb testing.TB, name string) *Server {
	tb.Helper()
	standby, err := prepare(tb.Context(), s.options)
	if err != nil {
		tb.Fatalf("prepare a standby: %v", err)
	}
	tb.Cleanup(func() { standby.end(tb) })
	standby.password = s.password
	program := filepath.Join(s.programs, "pg_basebackup")
	args := []string{"--pgdata", standby.data(), "--dbname", s.Admin(), "--checkpoint", "fast", "--wal-method", "stream", "--no-sync"}
	if out, err := standby.command(tb.Context(), program, args...).CombinedOutput(); err != nil {
		tb.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	follow := fmt.Sprintf("primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s application_name=%s'\n", s.port, administrator, s.password, name)
	if err := standby.write(filepath.Join(standby.data(), "postgresql.auto.conf"), follow); err != nil {
		tb.Fatalf("set up the standby: %v", err)
	}
	if err := standby.write(filepath.Join(standby.data(), "standby.signal"), ""); err != nil {
		tb.Fatalf("set up the standby: %v", err)
	}
	if err := standby.start(tb.Context()); err != nil {
		tb.Fatalf("start the standby: %v", err)
	}
	return standby
}

// Promote makes a standby the primary and returns when it accepts writes.
func (s *Server) Promote(tb testing.TB) {
	tb.Helper()
	err := onConn(tb.Context(), s.Admin(), func(conn *pgx.Conn) error {
		var done bool
		err := conn.QueryRow(tb.Context(), "SELECT pg_promote(true, 60)").Scan(&done)
		if err == nil && !done {
			err = errors.New("it did not become the primary within a minute")
		}
		return err
	})
	if err != nil {
		tb.Fatalf("promote: %v", err)
	}
}

// Set changes a setting that needs no restart, for all sessions.
func (s *Server) Set(tb testing.TB, name, value string) {
	tb.Helper()
	err := onConn(tb.Context(), s.Admin(), func(conn *pgx.Conn) error {
		quoted := "'" + strings.ReplaceAll(value, "'", "''") + "'"
		if _, err := conn.Exec(tb.Context(), "ALTER SYSTEM SET "+pgx.Identifier{name}.Sanitize()+" = "+quoted); err != nil {
			return err
		}
		_, err := conn.Exec(tb.Context(), "SELECT pg_reload_conf()")
		return err
	})
	if err != nil {
		tb.Fatalf("set %s: %v", name, err)
	}
}

// Kill ends the server and all its sessions at once, as a loss of power would,
// and returns when they are gone.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	// Stopped first, or it would begin to recover from the death of its sessions.
	if err := s.process.Signal(syscall.SIGSTOP); err != nil {
		tb.Fatalf("kill PostgreSQL: %v", err)
	}
	for _, child := range children(s.process.Pid) {
		if err := syscall.Kill(child, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			tb.Fatalf("kill PostgreSQL: %v", err)
		}
	}
	if err := s.signal(syscall.SIGKILL); err != nil {
		tb.Fatalf("kill PostgreSQL: %v", err)
	}
}

// Stop ends the server in order, ending its sessions.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	if err := s.signal(syscall.SIGINT); err != nil {
		tb.Fatalf("stop PostgreSQL: %v", err)
	}
}

// Restart starts a server again that was stopped or killed, on the same port.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := s.start(ctx)
		if err == nil {
			return
		}
		// Sessions that were killed may hold its memory for a moment longer.
		if !strings.Contains(err.Error(), "is still in use") || ctx.Err() != nil {
			tb.Fatalf("restart PostgreSQL: %v", err)
		}
		<-ticker.C
	}
}

// signal sends one that ends the server, and waits for its end.
func (s *Server) signal(with syscall.Signal) error {
	if s.process == nil {
		return nil
	}
	if err := s.process.Signal(with); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	select {
	case <-s.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("it goes on after %s: %s", with, s.log())
	}
}

// children are the processes that a process started, where the system tells.
func children(parent int) []int {
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // a pattern of our own
	var found []int
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		// After the name, which may hold anything, come the state and the parent.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			found = append(found, pid)
		}
	}
	return found
}
