// SPDX-License-Identifier: Apache-2.0

package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"securescore/internal/posture"
)

// Faults of a file as a whole. Each arrives inside a *posture.InputError.
var (
	ErrDirectory = errors.New("is a directory, not a file")
	ErrTooLarge  = errors.New("is larger than the limit")
	ErrEmpty     = errors.New("is empty")
)

// Limits bound what is read from a file.
type Limits struct {
	Bytes int64 // size of the file
	Depth int   // lists and objects inside each other
}

// DefaultLimits reads exports of organisations with some hundred thousand
// people. PowerShell never writes more than 100 levels.
func DefaultLimits() Limits { return Limits{Bytes: 256 << 20, Depth: 128} }

// Read returns the content of a file. Every error is a *posture.InputError
// that names the file and says what to do; it also wraps the kind that fits
// (posture.ErrNotFound, posture.ErrForbidden).
func Read(path string, limits Limits) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.IsDir() {
		return nil, fault(path, inside(path), ErrDirectory)
	}
	if info.Size() > limits.Bytes {
		return nil, tooLarge(path, limits)
	}
	return drain(f, path, info.Size(), limits)
}

// drain reads to the end. The size is only a first guess: pipes have none and
// a file may grow while it is read.
func drain(f io.Reader, path string, size int64, limits Limits) ([]byte, error) {
	f = io.LimitReader(f, limits.Bytes+1)
	data := make([]byte, 0, size+1)
	for {
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limits.Bytes:
			return nil, tooLarge(path, limits)
		case errors.Is(err, io.EOF) && len(data) == 0:
			return nil, fault(path, "export it again", ErrEmpty)
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, unreadable(path, err)
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

func tooLarge(path string, limits Limits) error {
	cause := fmt.Errorf("%w of %d MiB", ErrTooLarge, limits.Bytes>>20)
	return fault(path, "export fewer products at a time, or raise the limit", cause)
}

func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault(path, "check the path", posture.ErrNotFound)
	case errors.Is(err, fs.ErrPermission):
		return fault(path, "run this as someone who may read the file, or change its permissions", fmt.Errorf("read: %w", posture.ErrForbidden))
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err // the path is named already
	}
	return fault(path, "copy the file to a local disk and try again", fmt.Errorf("read: %w", err))
}

func fault(path, advice string, cause error) *posture.InputError {
	return &posture.InputError{File: path, Offset: -1, Advice: advice, Cause: cause}
}

// inside names a file of the directory that is likely to be the one meant.
func inside(dir string) string {
	for _, pattern := range []string{"ProviderSettingsExport*.json", "ScubaResults*.json", "*.json"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err == nil && len(found) > 0 {
			return "name the file, such as " + found[0]
		}
	}
	return "name a file inside it"
}
