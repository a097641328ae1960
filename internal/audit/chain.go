// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"securescore/internal/ledger"
)

// Longest texts of a record in bytes. What is longer is cut: a log must hold
// what an attacker sends, but not all of it.
const (
	longText  = 16 << 10
	shortText = 200
)

// Seal puts records at the end of a log, in their order, and returns the
// entries with the new head. A time before that of the head's entry is for the
// caller to lift. Each salt must be new and random.
func Seal(head Head, at time.Time, salt func() [16]byte, records ...Record) ([]Entry, Head) {
	entries := make([]Entry, 0, len(records))
	for i := range records {
		e := Entry{Record: records[i].fitted(), Sequence: head.Sequence + 1, At: at.UTC().Truncate(time.Microsecond), Salt: salt(), Prev: head.Hash}
		e.Sealed = e.Details.seal(e.Salt)
		e.Hash = e.sum()
		head.Sequence, head.Hash = e.Sequence, e.Hash
		entries = append(entries, e)
	}
	return entries, head
}

// fitted cuts what is too long, at the end of a character, and makes text of
// what is none. A zero character counts as none: not every database can keep
// it, and a filter would end there.
func (r Record) fitted() Record {
	r.Target, r.Request = fit(r.Target, shortText), fit(r.Request, shortText)
	d := &r.Details
	d.Name, d.From, d.Reason = fit(d.Name, shortText), fit(d.From, shortText), fit(d.Reason, longText)
	d.Before, d.After = fit(d.Before, longText), fit(d.After, longText)
	return r
}

func fit(text string, most int) string {
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

func (d *Details) seal(salt [16]byte) ledger.Hash {
	b := append(make([]byte, 0, 256), salt[:]...)
	for _, text := range []string{d.Name, d.From, d.Reason, d.Before, d.After} {
		b = appendText(b, text)
	}
	return sha256.Sum256(b)
}

// format is the first byte of what the hash covers.
const format = 1

// sum is the hash that the entry must have.
func (e *Entry) sum() ledger.Hash {
	b := append(make([]byte, 0, 256), format)
	b = append(b, e.Prev[:]...)
	b = binary.AppendVarint(b, e.Sequence)
	b = binary.AppendVarint(b, e.At.UnixMicro())
	for _, text := range []string{string(e.Tenant), string(e.Actor), string(e.Via), string(e.Event), string(e.Outcome), e.Target, e.Request} {
		b = appendText(b, text)
	}
	return sha256.Sum256(append(b, e.Sealed[:]...))
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}
