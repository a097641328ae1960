// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"securescore/internal/posture"
)

// Save writes a backup into a new file that only its owner may read. It is
// written under a temporary name beside it, brought to the disk, read back and
// compared when asked for, and gets its name only then; whatever fails leaves
// no file. The error wraps posture.ErrConflict when there is a file already.
func Save(ctx context.Context, path string, from Source, h Header, compare bool) (s *Summary, err error) {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return nil, fmt.Errorf("%s: %w: it exists, and a backup is never overwritten; name another file", path, posture.ErrConflict)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("write backup: %w", err)
	}
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*.part") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if s, err = fill(ctx, file, from, h); err != nil {
		return nil, err
	}
	if compare {
		if err := readBack(ctx, file.Name(), s); err != nil {
			return nil, err
		}
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	return s, SyncFolder(folder)
}

// fill writes, brings to the disk and closes.
func fill(ctx context.Context, file *os.File, from Source, h Header) (*Summary, error) {
	buffered := bufio.NewWriterSize(file, blockGoal)
	s, err := Write(ctx, buffered, from, h)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%w; no backup was made", err)
	}
	return s, nil
}

func readBack(ctx context.Context, path string, want *Summary) error {
	a, err := Open(ctx, path)
	if err != nil {
		return fmt.Errorf("read the backup back: %w", err)
	}
	if err := errors.Join(Differ(want, &a.Summary), a.Close()); err != nil {
		return fmt.Errorf("read the backup back: %w", err)
	}
	return nil
}

// SyncFolder brings names in a folder to the disk.
func SyncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("bring %s to the disk: %w", folder, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("bring %s to the disk: %w", folder, err)
	}
	return nil
}
