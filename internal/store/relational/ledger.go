// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// blockEntries bounds the entries in one row.
const blockEntries = 256

// ledgers implements store.LedgerWriter.
type ledgers struct{ *bound }

// series gives each series its number in the tables, which never changes.
func series(s ledger.Series) (int64, error) {
	at := slices.Index(ledger.AllSeries(), s)
	if at < 0 {
		return 0, fmt.Errorf("series %q: %w", s, posture.ErrInvalid)
	}
	return int64(at), nil
}

// chain checks tenant and series.
func (b *bound) chain(tenant posture.TenantID, s ledger.Series) (int64, error) {
	if err := b.own(tenant); err != nil {
		return 0, err
	}
	return series(s)
}

// Head implements store.LedgerReader.
func (b ledgers) Head(ctx context.Context, tenant posture.TenantID, s ledger.Series) (ledger.Head, error) {
	number, err := b.chain(tenant, s)
	if err != nil {
		return ledger.Head{}, err
	}
	head, _, err := b.head(ctx, s, number)
	return head, err
}

// inForce says which facts count, by the entry that has them; zero for none.
type inForce struct{ sequence, effective int64 }

func (b ledgers) head(ctx context.Context, s ledger.Series, number int64) (ledger.Head, inForce, error) {
	head := ledger.Head{Series: s}
	var hash []byte
	var facts inForce
	err := b.row(ctx, "ledger head", []any{&head.Sequence, &hash, &facts.sequence, &facts.effective}, number)
	switch {
	case errors.Is(err, posture.ErrNotFound):
		return ledger.Genesis(b.tenant, s), facts, nil
	case err != nil:
		return ledger.Head{}, facts, fmt.Errorf("head of ledger %s: %w", s, err)
	case len(hash) != len(head.Hash):
		return ledger.Head{}, facts, fmt.Errorf("head of ledger %s: %w: the hash is damaged", s, posture.ErrInvalid)
	}
	head.Hash = ledger.Hash(hash)
	return head, facts, nil
}

// block is one row of entries.
type block struct {
	first int64
	count int
	body  []byte
}

func readBlock(row scanner) (b block, err error) {
	err = row.Scan(&b.first, &b.count, &b.body)
	return b, err
}

// entries appends those of a block. Prev is the hash of the entry before; that
// of the first one is prev.
func (k *block) entries(list []ledger.Entry, prev ledger.Hash) ([]ledger.Entry, error) {
	for body := k.body; len(body) > 0; {
		length, n := binary.Uvarint(body)
		if n <= 0 || length > uint64(len(body)) || len(body) < n+int(length)+len(prev) {
			return nil, fmt.Errorf("entries from %d: %w: the bytes are damaged", k.first, posture.ErrInvalid)
		}
		body = body[n:]
		e, err := ledger.Decode(body[:length])
		if err != nil {
			return nil, fmt.Errorf("entries from %d: %w", k.first, err)
		}
		e.Prev = prev
		prev = ledger.Hash(body[length : int(length)+len(prev)])
		e.Hash = prev
		list = append(list, e)
		body = body[int(length)+len(prev):]
	}
	return list, nil
}

// Entries implements store.LedgerReader.
func (b ledgers) Entries(ctx context.Context, tenant posture.TenantID, s ledger.Series, after int64, limit int) ([]ledger.Entry, error) {
	number, err := b.chain(tenant, s)
	if err != nil {
		return nil, err
	}
	var list []ledger.Entry
	prev := ledger.Genesis(tenant, s).Hash
	err = b.each(ctx, "ledger from", func(row scanner) (bool, error) {
		k, err := readBlock(row)
		if err != nil {
			return false, err
		}
		had := len(list)
		if list, err = k.entries(list, prev); err != nil {
			return false, err
		}
		if len(list) > had {
			prev = list[len(list)-1].Hash
		}
		list = list[:had+len(slices.DeleteFunc(list[had:], func(e ledger.Entry) bool { return e.Sequence <= after }))]
		return len(list) < limit, nil
	}, b.number, number, after)
	if err != nil {
		return nil, fmt.Errorf("ledger %s after %d: %w", s, after, err)
	}
	return list[:min(limit, len(list))], nil
}

// Between implements store.LedgerReader.
func (b ledgers) Between(ctx context.Context, tenant posture.TenantID, s ledger.Series, from, to time.Time) ([]ledger.Entry, error) {
	number, err := b.chain(tenant, s)
	if err != nil {
		return nil, err
	}
	blocks, err := rows(ctx, b.bound, "ledger between", readBlock, number, micros(from), micros(to))
	if err != nil {
		return nil, fmt.Errorf("ledger %s from %s to %s: %w", s, from, to, err)
	}
	count := 0
	for i := range blocks {
		count += blocks[i].count
	}
	list := make([]ledger.Entry, 0, count)
	for i := range blocks {
		if list, err = blocks[i].entries(list, ledger.Hash{}); err != nil {
			return nil, fmt.Errorf("ledger %s: %w", s, err)
		}
	}
	list = slices.DeleteFunc(list, func(e ledger.Entry) bool { return e.Effective.Before(from) || !e.Effective.Before(to) })
	for i := range list {
		list[i].Prev = ledger.Hash{}
	}
	ledger.Chronological(list)
	return list, nil
}

// Append implements store.LedgerWriter.
func (b ledgers) Append(ctx context.Context, tenant posture.TenantID, s ledger.Series, entries []ledger.Entry, beside []ledger.Beside) error {
	number, err := b.chain(tenant, s)
	if err != nil {
		return err
	}
	head, facts, err := b.head(ctx, s, number)
	if err != nil || len(entries) == 0 {
		return err
	}
	first := head.Sequence
	for i := range entries {
		if e := &entries[i]; e.Sequence != head.Sequence+1 || e.Prev != head.Hash {
			return fmt.Errorf("append entry %d to ledger %s: %w: the ledger ends in entry %d", e.Sequence, s, posture.ErrConflict, head.Sequence)
		}
		head.Sequence, head.Hash = entries[i].Sequence, entries[i].Hash
	}
	for chunk := range slices.Chunk(entries, blockEntries) {
		if err := b.appendBlock(ctx, number, chunk); err != nil {
			return fmt.Errorf("append to ledger %s: %w", s, err)
		}
	}
	for i := range beside {
		if beside[i].Sequence <= first || beside[i].Sequence > head.Sequence {
			return fmt.Errorf("append to ledger %s: %w: entry %d is not among the new ones", s, posture.ErrInvalid, beside[i].Sequence)
		}
		if err := b.putBeside(ctx, number, &beside[i]); err != nil {
			return fmt.Errorf("append to ledger %s: %w", s, err)
		}
	}
	if err := b.queue(ctx, store.KeyLedger, "ledger put head", number, head.Sequence, head.Hash[:]); err != nil {
		return fmt.Errorf("append to ledger %s: %w", s, err)
	}
	if err := b.putFacts(ctx, number, facts, entries); err != nil {
		return fmt.Errorf("append to ledger %s: %w", s, err)
	}
	return nil
}

// putFacts notes which facts are in force after new entries.
func (b ledgers) putFacts(ctx context.Context, number int64, was inForce, entries []ledger.Entry) error {
	is := was
	for i := range entries {
		if e := &entries[i]; e.Facts != nil && (is.sequence == 0 || micros(e.Effective) >= is.effective) {
			is = inForce{e.Sequence, micros(e.Effective)}
		}
	}
	if is == was {
		return nil
	}
	return b.later(ctx, "ledger put facts", is.sequence, is.effective, b.number, number)
}

// Facts implements store.LedgerReader.
func (b ledgers) Facts(ctx context.Context, tenant posture.TenantID, s ledger.Series) (ledger.Entry, error) {
	number, err := b.chain(tenant, s)
	if err != nil {
		return ledger.Entry{}, err
	}
	_, facts, err := b.head(ctx, s, number)
	if err == nil && facts.sequence == 0 {
		err = posture.ErrNotFound
	}
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("facts of ledger %s: %w", s, err)
	}
	entries, err := b.Entries(ctx, tenant, s, facts.sequence-1, 1)
	if err != nil || len(entries) != 1 || entries[0].Facts == nil {
		return ledger.Entry{}, errors.Join(fmt.Errorf("facts of ledger %s: %w: entry %d has none", s, posture.ErrInvalid, facts.sequence), err)
	}
	return entries[0], nil
}

// appendBlock writes one row, and drops the months and days that it reaches
// into.
func (b ledgers) appendBlock(ctx context.Context, number int64, entries []ledger.Entry) error {
	var body []byte
	earliest, latest := entries[0].Effective, entries[0].Effective
	for i := range entries {
		e := &entries[i]
		encoded := e.Encode()
		body = binary.AppendUvarint(body, uint64(len(encoded)))
		body = append(append(body, encoded...), e.Hash[:]...)
		if e.Effective.Before(earliest) {
			earliest = e.Effective
		}
		if e.Effective.After(latest) {
			latest = e.Effective
		}
	}
	err := b.queue(ctx, store.KeyLedger, "ledger append", number, entries[0].Sequence, len(entries), micros(earliest), micros(latest)-micros(earliest), body)
	if err != nil {
		return err
	}
	day := ledger.DayOf(earliest)
	if _, err = b.write(ctx, store.KeyMonths, "ledger drop months", number, int64(day.Month())); err != nil || ledger.AllSeries()[number] != ledger.Own {
		return err
	}
	err = b.later(ctx, "fragment drop from", b.number, int64(day))
	return err
}

func (b ledgers) putBeside(ctx context.Context, number int64, s *ledger.Beside) error {
	var flipped []byte
	if s.Flipped != nil {
		var err error
		if flipped, err = pack(s.Flipped); err != nil {
			return err
		}
	}
	err := b.queue(ctx, store.KeyLedger, "ledger put beside", number, s.Sequence, s.ActorName, s.Note, string(s.Kind), flipped)
	return err
}

// Beside implements store.LedgerReader.
func (b ledgers) Beside(ctx context.Context, tenant posture.TenantID, s ledger.Series, sequences *roaring.Bitmap) ([]ledger.Beside, error) {
	number, err := b.chain(tenant, s)
	if err != nil {
		return nil, err
	}
	list, err := rows(ctx, b.bound, "ledger beside", readBeside, number, numbers(sequences))
	if err != nil {
		return nil, fmt.Errorf("beside entries of ledger %s: %w", s, err)
	}
	return list, nil
}

func readBeside(row scanner) (ledger.Beside, error) {
	var s ledger.Beside
	var flipped []byte
	err := row.Scan(&s.Sequence, &s.ActorName, &s.Note, &s.Kind, &flipped)
	if err == nil && flipped != nil {
		s.Flipped, err = unpack(flipped)
	}
	return s, err
}

// Erase implements store.LedgerWriter.
func (b ledgers) Erase(ctx context.Context, tenant posture.TenantID, s ledger.Series, sequences *roaring.Bitmap) error {
	number, err := b.chain(tenant, s)
	if err != nil {
		return err
	}
	for sequence := range roaring.Values(sequences) {
		if _, err := b.write(ctx, store.KeyLedger, "ledger erase", number, sequence); err != nil {
			return fmt.Errorf("erase beside entry %d of ledger %s: %w", sequence, s, err)
		}
	}
	return nil
}
