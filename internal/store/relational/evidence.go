// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// evidence implements store.EvidenceWriter.
type evidence struct{ *bound }

func readSet(row scanner) (store.SetInfo, error) {
	var s store.SetInfo
	var fetched, failed int64
	err := row.Scan(&s.Name, &s.Source, &fetched, &s.Hash, &s.Objects, &s.Missing.Code, &s.Missing.Detail,
		&s.Failed.Code, &s.Failed.Detail, &failed)
	s.FetchedAt = at(fetched)
	if s.Failed.Code != "" {
		s.FailedAt = at(failed)
	}
	return s, err
}

// Sets implements store.EvidenceReader.
func (b evidence) Sets(ctx context.Context, tenant posture.TenantID) ([]store.SetInfo, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	return rows(ctx, b.bound, "evidence sets", readSet)
}

// Set implements store.EvidenceReader.
func (b evidence) Set(ctx context.Context, tenant posture.TenantID, name string) (*posture.DataSet, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	info, err := b.info(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", name, err)
	}
	return b.load(ctx, &info)
}

// Latest implements store.EvidenceReader.
func (b evidence) Latest(ctx context.Context, tenant posture.TenantID) (*posture.Evidence, error) {
	t, err := oneTenant(b).Tenant(ctx, tenant)
	if err != nil {
		return nil, err
	}
	sets, err := b.Sets(ctx, tenant)
	if err != nil {
		return nil, err
	}
	ev := &posture.Evidence{Organisation: t.Entra, Name: t.Name, Domain: t.Domain, Sample: t.Sample, Sets: make(map[string]*posture.DataSet, len(sets))}
	for i := range sets {
		ev.Sets[sets[i].Name] = &posture.DataSet{Name: sets[i].Name, FetchedAt: sets[i].FetchedAt, Missing: sets[i].Missing}
	}
	if err := b.fill(ctx, ev.Sets); err != nil {
		return nil, err
	}
	for i := range sets {
		d := ev.Sets[sets[i].Name]
		if ev.Source == "" || d.FetchedAt.After(ev.At) {
			ev.At, ev.Source = d.FetchedAt, sets[i].Source
		}
	}
	return ev, nil
}

func (b evidence) info(ctx context.Context, name string) (store.SetInfo, error) {
	list, err := rows(ctx, b.bound, "evidence set", readSet, name)
	if err == nil && len(list) == 0 {
		err = posture.ErrNotFound
	}
	if err != nil {
		return store.SetInfo{}, err
	}
	return list[0], nil
}

// load reads the objects of a data set.
func (b evidence) load(ctx context.Context, info *store.SetInfo) (*posture.DataSet, error) {
	d := &posture.DataSet{Name: info.Name, FetchedAt: info.FetchedAt, Missing: info.Missing}
	packed, err := rows(ctx, b.bound, "evidence blocks", readBytes, info.Name)
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", info.Name, err)
	}
	for _, data := range packed {
		block, err := b.codec.unpack(data)
		if err == nil {
			d.Objects, err = join(d.Objects, block)
		}
		if err != nil {
			return nil, fmt.Errorf("data set %s: %w", info.Name, err)
		}
	}
	d.Sort()
	return d, nil
}

// fill reads the objects of all data sets.
func (b evidence) fill(ctx context.Context, sets map[string]*posture.DataSet) error {
	err := b.each(ctx, "evidence all blocks", func(row scanner) (bool, error) {
		var name string
		var data []byte
		if err := row.Scan(&name, &data); err != nil {
			return false, err
		}
		d, ok := sets[name]
		if !ok {
			return false, fmt.Errorf("data set %s: %w: it has a block and no line", name, posture.ErrInvalid)
		}
		block, err := b.codec.unpack(data)
		if err == nil {
			d.Objects, err = join(d.Objects, block)
		}
		if err != nil {
			err = fmt.Errorf("data set %s: %w", name, err)
		}
		return true, err
	}, b.number)
	for _, d := range sets {
		d.Sort()
	}
	return err
}

func readBytes(row scanner) (data []byte, err error) {
	err = row.Scan(&data)
	return data, err
}

// Put implements store.EvidenceWriter.
func (b evidence) Put(ctx context.Context, tenant posture.TenantID, ev *posture.Evidence) ([]string, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	if ev.Organisation != "" {
		if err := oneTenant(b).Bind(ctx, tenant, ev.Organisation); err != nil {
			return nil, fmt.Errorf("take in evidence of %s: %w", ev.Source, err)
		}
	}
	names := slices.Sorted(maps.Keys(ev.Sets))
	known, err := b.known(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("take in evidence of %s: %w", ev.Source, err)
	}
	var faults []error
	for _, name := range names {
		if info, there := known[name]; there && micros(ev.Sets[name].FetchedAt) < micros(info.FetchedAt) {
			faults = append(faults, fmt.Errorf("take in data set %s of %s: %w: what is there is newer, of %s", name,
				ev.Sets[name].FetchedAt.UTC().Format(time.RFC3339), posture.ErrConflict, info.FetchedAt.Format(time.RFC3339)))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	var news []string
	for _, name := range names {
		hash := ev.Sets[name].Hash()
		was, there := known[name]
		if err := b.put(ctx, ev.Source, ev.Sets[name], hash, was); err != nil {
			return nil, fmt.Errorf("take in data set %s: %w", name, err)
		}
		if !there || was.Hash != hash {
			news = append(news, name)
		}
	}
	return news, nil
}

// kept is a data set that is there already.
type kept struct {
	store.SetInfo

	bits int64 // its objects are spread over 2^bits blocks
}

// known are all data sets by name.
func (b evidence) known(ctx context.Context, tenant posture.TenantID) (map[string]*kept, error) {
	sets, err := b.Sets(ctx, tenant)
	if err != nil {
		return nil, err
	}
	known := make(map[string]*kept, len(sets))
	for i := range sets {
		known[sets[i].Name] = &kept{SetInfo: sets[i]}
	}
	return known, b.each(ctx, "evidence all bits", func(row scanner) (bool, error) {
		var name string
		var bits int64
		err := row.Scan(&name, &bits)
		if k := known[name]; k != nil {
			k.bits = bits
		}
		return true, err
	}, b.number)
}

// put keeps one data set, and its objects unless those that are there are the
// same. Nil was is for one that is not there yet.
func (b evidence) put(ctx context.Context, source string, d *posture.DataSet, hash string, was *kept) error {
	size := 0
	for _, o := range d.Objects {
		size += len(o.Key) + len(o.Raw)
	}
	var now int64
	if was != nil {
		now = was.bits
	}
	count := bitsFor(size, now, was != nil)
	err := b.queue(ctx, store.KeyEvidence, "evidence put", d.Name, source, micros(d.FetchedAt), hash, len(d.Objects), count,
		string(d.Missing.Code), d.Missing.Detail)
	if err != nil || (was != nil && was.Hash == hash) {
		return err
	}
	return b.replace(ctx, d.Name, split(d.Objects, count), was != nil)
}

// replace writes those blocks that differ from what is there.
func (b evidence) replace(ctx context.Context, name string, blocks map[int64][]byte, known bool) error {
	type stored struct {
		block int64
		hash  []byte
	}
	var there []stored
	if known { // of a new one there are none
		var err error
		there, err = rows(ctx, b.bound, "evidence block hashes", func(row scanner) (s stored, err error) {
			err = row.Scan(&s.block, &s.hash)
			return s, err
		}, name)
		if err != nil {
			return err
		}
	}
	same := make(map[int64]bool)
	for _, s := range there {
		block, ok := blocks[s.block]
		if !ok {
			if err := b.queue(ctx, store.KeyEvidence, "evidence drop block", name, s.block); err != nil {
				return err
			}
			continue
		}
		sum := sha256.Sum256(block)
		same[s.block] = bytes.Equal(sum[:], s.hash)
	}
	for _, at := range slices.Sorted(maps.Keys(blocks)) {
		if same[at] {
			continue
		}
		sum := sha256.Sum256(blocks[at])
		if err := b.queue(ctx, store.KeyEvidence, "evidence put block", name, at, sum[:], b.codec.pack(blocks[at])); err != nil {
			return err
		}
	}
	return nil
}

// Fail implements store.EvidenceWriter.
func (b evidence) Fail(ctx context.Context, tenant posture.TenantID, source, name string, why posture.Reason, when time.Time) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	all, err := b.known(ctx, tenant)
	if err != nil {
		return fmt.Errorf("note that data set %s could not be read: %w", name, err)
	}
	info := all[name]
	switch {
	case info == nil, info.Missing.Code != "" && !when.Before(info.FetchedAt):
		d := &posture.DataSet{Name: name, FetchedAt: when, Missing: why}
		err = b.put(ctx, source, d, d.Hash(), info)
	case when.After(info.FetchedAt):
		if _, err = b.exec(ctx, "evidence fail", string(why.Code), why.Detail, micros(when), b.number, name); err == nil {
			b.changed[store.KeyEvidence] = true
		}
	}
	if err != nil {
		return fmt.Errorf("note that data set %s could not be read: %w", name, err)
	}
	return nil
}
