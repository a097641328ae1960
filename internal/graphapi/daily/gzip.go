// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"bytes"
	"context"
	"fmt"

	"github.com/klauspost/compress/gzip"
)

// Gzip appends one gzip member that holds prefix, n days from first on joined
// by commas, and suffix. Its errors are those of JSON.
func (v *View) Gzip(ctx context.Context, dst, prefix []byte, first, n int, suffix []byte) ([]byte, error) {
	plain, err := v.JSON(ctx, bytes.Clone(prefix), first, n)
	if err != nil {
		return dst, err
	}
	out := bytes.NewBuffer(dst)
	w := gzip.NewWriter(out)
	for _, part := range [][]byte{plain, suffix} {
		if _, err := w.Write(part); err != nil {
			return dst, fmt.Errorf("compress the days of %s: %w", v.tenant, err)
		}
	}
	if err := w.Close(); err != nil {
		return dst, fmt.Errorf("compress the days of %s: %w", v.tenant, err)
	}
	return out.Bytes(), nil
}
