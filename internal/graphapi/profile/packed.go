// SPDX-License-Identifier: Apache-2.0

package profile

import (
	"bytes"
	"fmt"

	"github.com/klauspost/compress/gzip"
)

// keptPacked bounds the ways in which the whole list is kept compressed: they
// differ in the address of the server alone.
const keptPacked = 4

// JSON is all profiles between a prefix and a suffix.
func (v *View) JSON(prefix, suffix string) []byte {
	out := make([]byte, 0, len(prefix)+len(v.body)+len(suffix))
	return append(append(append(out, prefix...), v.body...), suffix...)
}

// Gzip is JSON, compressed. It is shared and must not be changed.
func (v *View) Gzip(prefix, suffix string) ([]byte, error) {
	key := prefix + "\x00" + suffix
	v.mu.Lock()
	defer v.mu.Unlock()
	if packed, ok := v.packed[key]; ok {
		return packed, nil
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.DefaultCompression)
	if err != nil {
		return nil, fmt.Errorf("compress the profiles: %w", err)
	}
	if _, err := w.Write(v.JSON(prefix, suffix)); err != nil {
		return nil, fmt.Errorf("compress the profiles: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress the profiles: %w", err)
	}
	if len(v.packed) >= keptPacked {
		clear(v.packed)
	}
	v.packed[key] = out.Bytes()
	return out.Bytes(), nil
}
