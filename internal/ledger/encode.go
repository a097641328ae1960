// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"securescore/internal/posture"
)

// format is the first byte of every encoded entry. Old formats stay readable
// for as long as ledgers live.
const format = 1

// statuses gives each status its code in the binary form: its place, which
// never changes. The zero code is the status of a control that nobody touched.
func statuses() []posture.Status {
	return []posture.Status{
		posture.ToAddress, posture.Planned, posture.RiskAccepted,
		posture.ThirdParty, posture.AlternateMitigation, posture.Completed,
	}
}

// Encode returns the canonical binary form, which is what the hash covers:
// equal entries give equal bytes. Prev and Hash are not part of it.
func (e *Entry) Encode() []byte { return e.append(make([]byte, 0, 96)) }

func (e *Entry) append(b []byte) []byte {
	b = append(b, format, byte(e.Cause.code()))
	b = binary.AppendVarint(b, e.Sequence)
	b = binary.AppendVarint(b, e.Effective.UnixMicro())
	b = binary.AppendVarint(b, e.Recorded.UnixMicro()-e.Effective.UnixMicro())
	b = binary.AppendVarint(b, e.Run)
	b = appendText(b, string(e.Actor))
	if e.Facts != nil {
		return e.Facts.append(b)
	}
	b = appendText(b, string(e.Control))
	for _, v := range []int64{
		int64(e.DMeasured), int64(e.DCredited), int64(e.DMax),
		int64(e.Before.Pass), int64(e.Before.Fail), int64(e.Before.Unknown),
		int64(e.After.Pass - e.Before.Pass), int64(e.After.Fail - e.Before.Fail), int64(e.After.Unknown - e.Before.Unknown),
	} {
		b = binary.AppendVarint(b, v)
	}
	before, after := statusCode(e.StatusBefore), statusCode(e.StatusAfter)
	return append(b, before<<4|after)
}

func (f *Facts) append(b []byte) []byte {
	for _, v := range []int{f.Seats, f.ActiveUsers, f.LicensedUsers, len(f.Plans)} {
		b = binary.AppendVarint(b, int64(v))
	}
	for _, p := range f.Plans {
		b = appendText(b, p)
	}
	return b
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func statusCode(s posture.Status) byte {
	return byte(max(slices.Index(statuses(), s), 0))
}

// Decode reads the binary form of one entry, Prev and Hash left empty. It
// returns an error that wraps posture.ErrInvalid for bytes that Encode does
// not write.
func Decode(data []byte) (Entry, error) {
	r := reader{rest: data}
	version, code := r.byte(), int(r.byte())
	if version != format || code < 1 || code > len(causes()) {
		return Entry{}, fmt.Errorf("decode ledger entry: %w: format %d with cause %d is not known", posture.ErrInvalid, version, code)
	}
	e := Entry{Cause: causes()[code-1], Sequence: r.int()}
	effective := r.int()
	e.Effective = time.UnixMicro(effective).UTC()
	e.Recorded = time.UnixMicro(effective + r.int()).UTC()
	e.Run = r.int()
	e.Actor = Actor(r.text())
	e.StatusBefore, e.StatusAfter = posture.ToAddress, posture.ToAddress
	if e.Cause == FactsChanged {
		e.Facts = r.facts()
	} else {
		r.points(&e)
	}
	if r.bad || len(r.rest) > 0 || !bytes.Equal(e.Encode(), data) {
		return Entry{}, fmt.Errorf("decode ledger entry: %w: the bytes are damaged", posture.ErrInvalid)
	}
	return e, nil
}

// reader takes values from the front of rest and remembers that one was not
// there.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) byte() byte {
	if len(r.rest) == 0 {
		r.bad = true
		return 0
	}
	v := r.rest[0]
	r.rest = r.rest[1:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) text() string {
	length := r.uint()
	if length > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return ""
	}
	text := string(r.rest[:length])
	r.rest = r.rest[length:]
	return text
}

func (r *reader) facts() *Facts {
	f := &Facts{Seats: int(r.int()), ActiveUsers: int(r.int()), LicensedUsers: int(r.int())}
	plans := r.int()
	for range plans {
		if r.bad {
			return f
		}
		f.Plans = append(f.Plans, r.text())
	}
	return f
}

func (r *reader) points(e *Entry) {
	e.Control = posture.ControlID(r.text())
	e.DMeasured, e.DCredited, e.DMax = posture.Points(r.int()), posture.Points(r.int()), posture.Points(r.int())
	e.Before = posture.Counts{Pass: int(r.int()), Fail: int(r.int()), Unknown: int(r.int())}
	e.After = posture.Counts{
		Pass: e.Before.Pass + int(r.int()), Fail: e.Before.Fail + int(r.int()), Unknown: e.Before.Unknown + int(r.int()),
	}
	packed := r.byte()
	before, after := int(packed>>4), int(packed&15)
	if before >= len(statuses()) || after >= len(statuses()) {
		r.bad = true
		return
	}
	e.StatusBefore, e.StatusAfter = statuses()[before], statuses()[after]
}
