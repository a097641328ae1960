// SPDX-License-Identifier: Apache-2.0

package posture

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Object is one raw object of a data set, as the source gave it.
type Object struct {
	Key string // unique within the data set
	Raw []byte // one JSON value in UTF-8
}

// DataSet is the evidence of one data set: either all its objects or the
// reason why they could not be read.
type DataSet struct {
	Name      string    // such as "graph/policies/authorizationPolicy"
	FetchedAt time.Time // UTC
	Missing   Reason    // zero when the objects were read
	Objects   []Object  // sorted by key; empty is a fact, not a fault
}

// Collected reports whether the objects were read.
func (d *DataSet) Collected() bool { return d.Missing.Code == "" }

// Sort orders the objects by key, which hashing and comparing rely on.
func (d *DataSet) Sort() {
	slices.SortFunc(d.Objects, func(a, b Object) int { return strings.Compare(a.Key, b.Key) })
}

// Hash is SHA-256 over the keys and raw objects in their order, as lower-case
// hexadecimal. Equal hashes mean equal evidence.
func (d *DataSet) Hash() string {
	h := sha256.New()
	var size [8]byte
	for _, part := range [][]byte{[]byte(d.Name), []byte(d.Missing.Code)} {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	for _, o := range d.Objects {
		binary.BigEndian.PutUint64(size[:], uint64(len(o.Key)))
		h.Write(size[:])
		h.Write([]byte(o.Key))
		binary.BigEndian.PutUint64(size[:], uint64(len(o.Raw)))
		h.Write(size[:])
		h.Write(o.Raw)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Evidence is what a source handed over about one organisation at one time.
type Evidence struct {
	Source       string    // such as "scubagear"
	Organisation string    // Entra tenant GUID in lower case; empty when the source cannot tell
	Name         string    // display name of the organisation; hostile text
	Domain       string    // initial or default domain; empty when unknown
	At           time.Time // the evidence's own time, UTC; rules are evaluated at it
	Sample       bool      // made by code, to be marked wherever it shows
	Sets         map[string]*DataSet
}

// Add puts a data set in, sorted by key.
func (e *Evidence) Add(d *DataSet) {
	if e.Sets == nil {
		e.Sets = make(map[string]*DataSet)
	}
	d.Sort()
	e.Sets[d.Name] = d
}

// Set returns the named data set, or one that is not collected when no source
// has handed it over. It never returns nil.
func (e *Evidence) Set(name string) *DataSet {
	if d, ok := e.Sets[name]; ok {
		return d
	}
	return &DataSet{Name: name, FetchedAt: e.At, Missing: Reason{NotCollected, name + " was not collected"}}
}
