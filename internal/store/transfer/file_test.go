// SPDX-License-Identifier: Apache-2.0

package transfer_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
	"securescore/internal/store/transfer"
)

// written is a backup of the small installation as bytes.
func written(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := transfer.Write(t.Context(), &out, small(t), header()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// blocks returns where each block begins, and where the end mark does.
func blocks(t *testing.T, data []byte) []int {
	t.Helper()
	at := bytes.IndexByte(data, '\n') + 1
	list := []int{at}
	for data[at] != 'E' {
		at += 19 + int(binary.BigEndian.Uint32(data[at+11:]))
		list = append(list, at)
	}
	return list
}

// faulty checks that a file is refused in one line that names it, and returns
// the fault.
func faulty(t *testing.T, name string, data []byte) *posture.InputError {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := transfer.Open(t.Context(), path)
	if err == nil {
		t.Fatalf("%s: got no error (close: %v)", name, a.Close())
	}
	input, ok := errors.AsType[*posture.InputError](err)
	if !ok || input.File != path || !strings.Contains(input.Advice, "another backup") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("%s: got %v, want one line with the file and what to do", name, err)
	}
	return input
}

func TestWhatIsBackedUpCanBeRead(t *testing.T) {
	t.Parallel()
	from := small(t)
	path := filepath.Join(t.TempDir(), "backup")
	sums, err := transfer.Save(t.Context(), path, from, header(), true)
	if err != nil {
		t.Fatal(err)
	}
	if sums.Changes != 42 || sums.Rows() != 8 || sums.Of("tenant") != 3 {
		t.Errorf("got %+v", sums)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want a file for its owner alone", info, err)
	}
	a, err := transfer.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if a.Header.Tenants != 3 || a.Header.Schema != 4 || a.Header.Program != "1.2.3" || !a.Header.Taken.Equal(header().Taken) {
		t.Errorf("got header %+v", a.Header)
	}
	to := &memory{version: 4, tables: from.tables}
	same := func(s *transfer.Summary) error { return transfer.Differ(sums, s) }
	if _, err := transfer.Move(t.Context(), a, to, same); err != nil {
		t.Fatal(err)
	}
	norm := func(rows map[string][]transfer.Row) string { return fmt.Sprint(rows) }
	if diff := cmp.Diff(norm(from.rows), norm(to.rows)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestABackupCutShortIsNoticed(t *testing.T) {
	t.Parallel()
	data := written(t)
	cuts := blocks(t, data)
	for range 50 {
		cuts = append(cuts, 1+rand.IntN(len(data)-1))
	}
	for _, begin := range blocks(t, data) { // within and right behind each frame
		cuts = append(cuts, begin+1, min(begin+19, len(data)-1))
	}
	cuts = append(cuts, len(data)-1)
	for _, cut := range cuts {
		fault := faulty(t, fmt.Sprintf("cut at %d", cut), data[:cut])
		if !strings.Contains(fault.Error(), "cut short") || fault.Offset < 0 || fault.Offset > int64(cut) {
			t.Errorf("cut at %d: got %v", cut, fault)
		}
	}
	if fault := faulty(t, "empty", nil); !strings.Contains(fault.Error(), "not a backup") {
		t.Errorf("empty: got %v", fault)
	}
}

func TestAFlippedBitIsNoticed(t *testing.T) {
	t.Parallel()
	data := written(t)
	for i := range data {
		bad := slices.Clone(data)
		bad[i] ^= 1 << rand.IntN(8)
		_ = faulty(t, fmt.Sprintf("byte %d", i), bad)
	}
}

func TestAFaultNamesItsTableAndPlace(t *testing.T) {
	t.Parallel()
	data := written(t)
	at := blocks(t, data)
	data[at[3]+25] ^= 4 // header, tenant, tenant_state, audit_entry
	fault := faulty(t, "flip", data)
	if fault.DataSet != "audit_entry" || fault.Offset != int64(at[3]) || !strings.Contains(fault.Error(), "damaged") {
		t.Errorf("got %v, want audit_entry at %d", fault, at[3])
	}
}

func TestBlocksOutOfPlaceAreNoticed(t *testing.T) {
	t.Parallel()
	data := written(t)
	at := blocks(t, data)
	block := func(i int) []byte { return data[at[i]:at[i+1]] }
	opening, end := data[:at[0]], data[at[len(at)-1]:]
	build := func(parts ...[]byte) []byte {
		return slices.Concat(append(append([][]byte{opening}, parts...), end)...)
	}
	for name, bad := range map[string][]byte{
		"one is missing":     build(block(0), block(1), block(3), block(4)),
		"the last is":        build(block(0), block(1), block(2), block(4)),
		"one is there twice": build(block(0), block(1), block(1), block(2), block(3), block(4)),
		"two are swapped":    build(block(0), block(2), block(1), block(3), block(4)),
		"no header":          build(block(1), block(2), block(3), block(4)),
		"no trailer":         build(block(0), block(1), block(2), block(3)),
		"another trailer":    build(block(0), block(1), block(2), block(3), block(0)),
		"more behind it":     append(slices.Clone(data), 'x'),
		"a newer format":     bytes.Replace(data, []byte("BACKUP 1"), []byte("BACKUP 2"), 1),
		"something else":     []byte(strings.Repeat("hello ", 100)),
	} {
		_ = faulty(t, name, bad)
	}
}

// full is a disk with so much room.
type full struct{ room int }

var errNoRoom = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return f.room, errNoRoom
	}
	f.room -= len(p)
	return len(p), nil
}

func TestADiskThatIsFullEndsTheBackup(t *testing.T) {
	t.Parallel()
	size := len(written(t))
	for room := range size {
		if _, err := transfer.Write(t.Context(), &full{room}, small(t), header()); !errors.Is(err, errNoRoom) {
			t.Fatalf("room for %d of %d bytes: got %v", room, size, err)
		}
	}
	if _, err := transfer.Write(t.Context(), &full{size}, small(t), header()); err != nil {
		t.Errorf("just enough room: %v", err)
	}
}

func TestAFailedBackupLeavesNoFile(t *testing.T) {
	t.Parallel()
	broken := small(t)
	broken.broken = "audit_entry"
	folder := t.TempDir()
	if _, err := transfer.Save(t.Context(), filepath.Join(folder, "backup"), broken, header(), true); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	if _, err := transfer.Save(t.Context(), filepath.Join(folder, "nowhere", "backup"), small(t), header(), true); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
		t.Errorf("got %v, %v, want nothing", entries, err)
	}
	path := filepath.Join(folder, "kept")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Save(t.Context(), path, small(t), header(), true); !errors.Is(err, posture.ErrConflict) {
		t.Errorf("got %v, want that a file is never overwritten", err)
	}
}

// heavy gives many rows that do not compress and watches the memory meanwhile.
type heavy struct {
	memory

	rows int
	peak uint64
}

func (h *heavy) Rows(context.Context, *transfer.Table) iter.Seq2[transfer.Row, error] {
	return func(yield func(transfer.Row, error) bool) {
		data, dice := make([]byte, 8<<10), rand.NewChaCha8([32]byte{})
		for i := range h.rows {
			_, _ = dice.Read(data) // never fails
			if !yield(transfer.Row{number(int64(i)), {Set: true, Bytes: data}}, nil) {
				return
			}
			if i%1000 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				h.peak = max(h.peak, m.HeapInuse)
			}
		}
	}
}

// Not parallel: it looks at the memory of the whole process.
func TestMemoryDoesNotGrowWithTheInstallation(t *testing.T) {
	h := &heavy{rows: 12_000}
	h.tables = []transfer.Table{table(t, "evidence_block", []string{"n"}, transfer.Column{Name: "n", Kind: transfer.Number}, transfer.Column{Name: "data", Kind: transfer.Bytes})}
	path := filepath.Join(t.TempDir(), "backup")
	if _, err := transfer.Save(t.Context(), path, h, header(), true); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() < 90<<20 || h.peak > 40<<20 {
		t.Errorf("got a file of %d bytes with %d bytes of memory, %v", info.Size(), h.peak, err)
	}
}
