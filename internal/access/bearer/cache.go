// SPDX-License-Identifier: Apache-2.0

package bearer

import (
	"crypto/sha256"
	"maps"
	"sync"
	"time"
)

// The cache holds at most so many tokens, and each so long: what an issuer or a
// tenant takes back in between shows after that time.
const (
	cacheSize = 10_000
	cacheTime = 5 * time.Minute
)

// cache holds what tokens say whose signature has been checked, by the hash of
// the whole token.
type cache struct {
	mu    sync.RWMutex
	known map[[sha256.Size]byte]entry
}

type entry struct {
	result Result
	until  time.Time
}

func newCache() *cache { return &cache{known: make(map[[sha256.Size]byte]entry)} }

func (c *cache) get(key [sha256.Size]byte, now time.Time) (Result, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, ok := c.known[key]
	return e.result, ok && now.Before(e.until)
}

// put makes room where there is none: first of what is over, then of anything.
func (c *cache) put(key [sha256.Size]byte, result Result, now time.Time) {
	until := now.Add(cacheTime)
	if result.Expires.Before(until) {
		until = result.Expires
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= cacheSize {
		maps.DeleteFunc(c.known, func(_ [sha256.Size]byte, e entry) bool { return !now.Before(e.until) })
	}
	for old := range c.known {
		if len(c.known) < cacheSize {
			break
		}
		delete(c.known, old)
	}
	c.known[key] = entry{result, until}
}
