// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Version is the version of the schema that the data file in a folder has, as
// its header tells; 0 when there is no file yet, or nothing in it.
func Version(folder string) (int64, error) {
	path := filepath.Join(folder, FileName)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, refuse(path, reason(err), "check its permissions")
	}
	defer func() { _ = file.Close() }() // it was only read
	header := make([]byte, headerSize)
	if n, _ := io.ReadFull(file, header); n < headerSize {
		return 0, nil // opening it says what is wrong with it
	}
	return int64(binary.BigEndian.Uint32(header[userVersionAt:])), nil
}
