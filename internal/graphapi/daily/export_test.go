// SPDX-License-Identifier: Apache-2.0

package daily

// What tests look at from outside.
var (
	AppendString = appendString
	AppendPoints = appendPoints
	ShiftOf      = shiftOf
	Joined       = joined
	Services     = services
)

// Shelved is how many days are kept in memory, and how many bytes they count.
func (s *Source) Shelved() (days, bytes int) {
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	return s.shelf.order.Len(), s.shelf.size
}

// Limit bounds the days in memory, in bytes.
func (s *Source) Limit(bytes int) { s.shelf.most = bytes }

// Key is that of the days in the store.
func (v *View) Key() string { return v.key }
