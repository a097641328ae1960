// SPDX-License-Identifier: Apache-2.0

package keyring

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"securescore/internal/posture"
)

// largest is more than a key file ever has, in bytes.
const largest = 1 << 20

// Load reads a file. The error is a *posture.InputError that says what to do,
// or wraps posture.ErrNotFound when there is no such file.
func Load(path string) (*Ring, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("key file %s: %w", path, posture.ErrNotFound)
	}
	if err != nil {
		return nil, refuse(path, err, "check its permissions")
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, refuse(path, err, "check its permissions")
	case !info.Mode().IsRegular():
		return nil, refuse(path, errKind, "name a file")
	case info.Mode().Perm()&0o077 != 0:
		return nil, refuse(path, fmt.Errorf("%w (mode %04o)", errOpen, info.Mode().Perm()), "run: chmod 600 "+path)
	}
	text, err := io.ReadAll(io.LimitReader(file, largest))
	if err != nil {
		return nil, refuse(path, err, "check the disk")
	}
	r, err := Parse(text)
	if err != nil {
		return nil, refuse(path, err, "restore it from the copy that was kept apart")
	}
	return r, nil
}

var (
	errKind = errors.New("is not a regular file")
	errOpen = errors.New("can be read by others than its owner")
)

func refuse(path string, cause error, advice string) error {
	if p, ok := errors.AsType[*fs.PathError](cause); ok {
		cause = p.Err
	}
	return &posture.InputError{File: path, Offset: -1, Cause: cause, Advice: advice}
}

// Create writes a new file that only its owner can read, and its folder when
// that is missing. The error wraps posture.ErrConflict when there is one of
// that name: keys are never replaced by accident.
func Create(path string, r *Ring) error {
	return write(path, r, func(made string) error {
		err := os.Link(made, path)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%w: it is there already", posture.ErrConflict)
		}
		return errors.Join(err, os.Remove(made))
	})
}

// Replace writes a file in place of the one that was loaded.
func Replace(path string, r *Ring) error {
	return write(path, r, func(made string) error { return os.Rename(made, path) })
}

// write puts the text beside the path, and then in its place: a file that is
// cut short is never seen.
func write(path string, r *Ring, place func(made string) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write key file %s: %w", path, err)
		}
	}()
	text, err := r.Text()
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, ".keys-*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = place(file.Name())
	}
	if err != nil {
		_ = os.Remove(file.Name()) // what went wrong is told already
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes the new name survive a loss of power.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
