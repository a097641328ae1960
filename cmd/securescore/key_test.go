// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// keyed is a console whose keys stand in a file of its own.
func keyed(t *testing.T) (c console, keys, data string) {
	t.Helper()
	top := t.TempDir()
	keys = filepath.Join(top, "config", "securescore", "keys")
	return console{now: noon(), variables: map[string]string{"XDG_CONFIG_HOME": filepath.Join(top, "config")}}, keys, filepath.Join(top, "data")
}

// use makes or checks the keys of an installation, as a server does.
func (c console) use(t *testing.T, data string, more ...string) result {
	t.Helper()
	return c.run(t, append([]string{"heads", "sign", "--data", data, "--out", filepath.Join(t.TempDir(), "heads")}, more...)...)
}

func ids(t *testing.T, c console) (list []string) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(c.run(t, "key", "list").out), "\n")[1:] {
		list = append(list, strings.Fields(line)[0])
	}
	return list
}

// The life of keys: made at the first use, rotated, and the old ones retired.
// At every step they are those of the installation.
func TestKeysOfAnInstallation(t *testing.T) {
	t.Parallel()
	c, keys, data := keyed(t)
	must := func(r result, want string) {
		t.Helper()
		if r.code != exitDone || !strings.Contains(r.out+r.err, want) {
			t.Fatalf("got %d, %s%s; want %q", r.code, r.out, r.err, want)
		}
	}
	must(c.use(t, data), "Made the keys of this installation: "+keys)
	if r := c.use(t, data); r.code != exitDone || strings.Contains(r.err, "Made") {
		t.Fatalf("a second time: got %d, %s", r.code, r.err)
	}
	must(c.run(t, "key", "public"), "BEGIN PUBLIC KEY")
	must(c.run(t, "key", "rotate", "--prepare", "--data", data), "prepared")
	must(c.use(t, data), "heads signed")
	must(c.run(t, "key", "rotate", "--data", data), "kept for reading")
	must(c.use(t, data), "heads signed")
	list := ids(t, c)
	if len(list) != 2 {
		t.Fatalf("got the keys %v, want two: the prepared one was to be used", list)
	}
	if r := c.run(t, "key", "retire", list[1], "--data", data); r.code == exitDone || !strings.Contains(r.err, "it is in use") {
		t.Errorf("retire the key in use: got %d, %s", r.code, r.err)
	}
	must(c.run(t, "key", "retire", list[0], "--data", data), list[1])
	must(c.use(t, data), "heads signed")
	must(c.run(t, "audit", "list", "--data", data), "keys.changed")
	if r := c.run(t, "key", "create"); r.code != exitUsage || !strings.Contains(r.err, "never replaced") {
		t.Errorf("got %d, %s", r.code, r.err)
	}
}

// Keys that are missing, not those of the installation, open to others or in
// the wrong place are refused, with what to do.
func TestWrongKeysAreRefused(t *testing.T) {
	t.Parallel()
	c, keys, data := keyed(t)
	if r := c.use(t, data); r.code != exitDone {
		t.Fatal(r.err)
	}
	other := filepath.Join(t.TempDir(), "keys")
	if r := c.run(t, "key", "create", "--keys", other); r.code != exitDone {
		t.Fatal(r.err)
	}
	text, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(name, want string, r result) {
		t.Helper()
		if r.code == exitDone || !strings.Contains(r.err, want) {
			t.Errorf("%s: got %d, %s; want %q", name, r.code, r.err, want)
		}
	}
	missing := filepath.Join(t.TempDir(), "keys")
	refused("missing", "are not at "+missing, c.use(t, data, "--keys", missing))
	if _, err := os.Stat(missing); err == nil {
		t.Error("keys were made for an installation that has some")
	}
	refused("of another installation", "are not those of this installation", c.use(t, data, "--keys", other))
	refused("rotate those of another one", "are not those of this installation", c.run(t, "key", "rotate", "--data", data, "--keys", other))
	refused("in the data folder", "lies in the data folder", c.use(t, data, "--keys", filepath.Join(data, "keys")))
	refused("on the command line", "belong in the variable", c.use(t, data, "--keys", string(text)))
	refused("no place", "--keys FILE", console{now: noon()}.use(t, data))
	within := console{now: noon(), variables: map[string]string{"SECURESCORE_KEYS": string(text)}}
	if r := within.use(t, data); r.code != exitDone {
		t.Errorf("in the variable: got %d, %s", r.code, r.err)
	}
	refused("rotate in the variable", "cannot be changed there", within.run(t, "key", "rotate", "--data", data))
	open := os.FileMode(0o644)
	if err := os.Chmod(keys, open); err != nil {
		t.Fatal(err)
	}
	refused("open to others", "chmod 600", c.use(t, data))
	r := c.use(t, data, "--keys", other)
	if strings.Contains(r.err, "value") || len(r.err) > 500 {
		t.Errorf("the refusal holds more than it should: %s", r.err)
	}
}
