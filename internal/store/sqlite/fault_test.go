// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/store/sqlite"
	"securescore/internal/store/transfer"
)

// smallDisk is a file system of its own with so many bytes.
func smallDisk(t *testing.T, size string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size="+size+",mode=0700"); err != nil {
		t.Skipf("NOT RUN: a disk that is full needs a file system of its own, and that the administrator: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return folder
}

// On a disk that is full a backup and a restore end with that message, and
// leave nothing.
func TestADiskThatIsFull(t *testing.T) {
	t.Parallel()
	folder := full(t)
	a := backedUp(t, folder)
	tiny := smallDisk(t, "4k")
	if _, err := transfer.Save(t.Context(), filepath.Join(tiny, "backup"), snapshotOf(t, folder), transfer.Header{}, true); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("backup: got %v, want that no space is left", err)
	}
	nothing(t, tiny)
	for _, size := range []string{"16k", "128k", "256k"} {
		disk := smallDisk(t, size)
		to, err := sqlite.Stage(t.Context(), filepath.Join(disk, "data"))
		if err == nil {
			if _, err = transfer.Move(t.Context(), a, to, good); err == nil {
				t.Fatalf("%s: everything fits; make the disk smaller", size)
			}
			if err := to.Discard(); err != nil {
				t.Fatal(err)
			}
		}
		if !errors.Is(err, posture.ErrUnavailable) || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("restore on %s: got %v, want that the disk is full", size, err)
		}
		nothing(t, disk)
	}
}

func nothing(t *testing.T, folder string) {
	t.Helper()
	if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
		t.Errorf("%s: got %v, %v, want nothing", folder, entries, err)
	}
}

// A page that is overwritten ends in an error that says that the file is
// damaged; what is backed up is what was stored, or nothing is.
func TestADamagedPage(t *testing.T) {
	t.Parallel()
	folder := full(t)
	want := sumsOf(t, folder)
	data, err := os.ReadFile(filepath.Join(folder, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	dice := rand.New(rand.NewPCG(1, 2))
	noticed, tried := 0, 0
	for first := page; first < len(data); first += page {
		bad := append([]byte(nil), data...)
		for i := range page {
			bad[first+i] = byte(dice.Uint32())
		}
		tried++
		if damagedOrEqual(t, first, bad, want) {
			noticed++
		}
	}
	if noticed < tried*9/10 { // pages that nothing is in may hold anything
		t.Errorf("%d of %d damaged pages were noticed", noticed, tried)
	}
}

// damagedOrEqual reports whether damage was noticed. It fails when something
// else than what was stored is read.
func damagedOrEqual(t *testing.T, at int, data []byte, want *transfer.Summary) bool {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, sqlite.FileName), data, 0o600); err != nil {
		t.Fatal(err)
	}
	var got *transfer.Summary
	from, err := sqlite.OpenSnapshot(t.Context(), folder)
	if err == nil {
		got, err = transfer.Summarise(t.Context(), from)
		err = errors.Join(err, from.Close())
	}
	switch {
	case err == nil:
		if err := transfer.Differ(want, got); err != nil {
			t.Errorf("page at %d: something else is read and nobody notices: %v", at, err)
		}
		return false
	case !strings.Contains(err.Error(), "restore it from a backup"):
		t.Errorf("page at %d: got %v, want what to do", at, err)
	}
	return true
}
