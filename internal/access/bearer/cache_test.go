// SPDX-License-Identifier: Apache-2.0

package bearer

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"
	"time"
)

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	c, now := newCache(), time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	key := func(i int) [sha256.Size]byte {
		return sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
	}
	for i := range cacheSize {
		expires := now.Add(time.Hour)
		if i%2 == 0 {
			expires = now.Add(time.Second)
		}
		c.put(key(i), Result{Expires: expires}, now)
	}
	if len(c.known) != cacheSize {
		t.Fatalf("got %d tokens, want %d", len(c.known), cacheSize)
	}
	later := now.Add(time.Second)
	c.put(key(cacheSize), Result{Expires: later.Add(time.Hour)}, later)
	if got, want := len(c.known), cacheSize/2+1; got != want {
		t.Errorf("after half of them are over: got %d tokens, want %d", got, want)
	}
	if _, ok := c.get(key(0), later); ok {
		t.Error("a token that is over is still there")
	}
	for i := range cacheSize {
		c.put(key(2*cacheSize+i), Result{Expires: later.Add(time.Hour)}, later)
		if len(c.known) > cacheSize {
			t.Fatalf("got %d tokens, want at most %d", len(c.known), cacheSize)
		}
	}
	if _, ok := c.get(key(3*cacheSize-1), later); !ok {
		t.Error("the newest token is not there")
	}
}
