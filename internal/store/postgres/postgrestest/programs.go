// SPDX-License-Identifier: Apache-2.0

package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

var errMissing = errors.New("PostgreSQL is not installed: run 'scripts/need postgres' (on Debian and Ubuntu it installs the package postgresql), " +
	"or put initdb and postgres on the PATH, or set SECURESCORE_TEST_DATABASE to the URL of a database")

// programs finds the folder of the server's programs.
func programs(ctx context.Context) (string, error) {
	candidates, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.SortFunc(candidates, func(a, b string) int { return release(b) - release(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		candidates = slices.Insert(candidates, 0, filepath.Dir(path))
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		candidates = append(candidates, strings.TrimSpace(string(out)))
	}
	for _, folder := range candidates {
		if hasAll(folder, "initdb", "postgres", "pg_basebackup") {
			return folder, nil
		}
	}
	return "", errMissing
}

// release is the major version that Debian's folders are named after.
func release(folder string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder))) // others come last
	return n
}

func hasAll(folder string, names ...string) bool {
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			return false
		}
	}
	return true
}

// servant is whom the server runs as: PostgreSQL refuses to run as root. It is
// nil when this process is somebody else anyway.
func servant() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(found.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(found.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody")
}

// command is a program of the server, run as the servant.
func (s *Server) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = s.folder
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.servant, Setpgid: true}
	c.Env = append(os.Environ(), "LC_ALL=C", "HOME="+s.folder)
	return c
}
