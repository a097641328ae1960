// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// assessments implements store.AssessmentWriter.
type assessments struct{ *bound }

// fields are where a row goes that begins with the columns of a list.
func fields(c *store.Current) []any {
	a, s := &c.Assessment, &c.Standing
	return []any{
		&a.Control, &a.State, &a.Reason.Code, &a.Reason.Detail, &a.Measured.Pass, &a.Measured.Fail, &a.Measured.Unknown,
		&a.Exempted.Pass, &a.Exempted.Fail, &a.Exempted.Unknown, (*truth)(&a.Held), (*truth)(&a.HeldCredited), &a.Strict,
		&s.Measured, &s.Credited, &s.Max, &s.Status, &s.Counts.Pass, &s.Counts.Fail, &s.Counts.Unknown, &c.Kind, &c.Frame,
	}
}

func readCurrent(row scanner) (c store.Current, err error) {
	err = row.Scan(fields(&c)...)
	return c, err
}

func readFull(row scanner) (c store.Current, err error) {
	var data [4][]byte
	if err := row.Scan(append(fields(&c), &data[0], &data[1], &data[2], &data[3])...); err != nil {
		return c, err
	}
	for i, into := range []**roaring.Bitmap{&c.Outcomes.Pass, &c.Outcomes.Fail, &c.Outcomes.Unknown, &c.Outcomes.Exempt} {
		if *into, err = unpack(data[i]); err != nil {
			return c, fmt.Errorf("assessment of %s: %w", c.Assessment.Control, err)
		}
	}
	return c, nil
}

// List implements store.AssessmentReader.
func (b assessments) List(ctx context.Context, tenant posture.TenantID) ([]store.Current, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	return rows(ctx, b.bound, "assessment list", readCurrent)
}

// Full implements store.AssessmentReader.
func (b assessments) Full(ctx context.Context, tenant posture.TenantID) ([]store.Current, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	return rows(ctx, b.bound, "assessment full", readFull)
}

// Assessment implements store.AssessmentReader.
func (b assessments) Assessment(ctx context.Context, tenant posture.TenantID, control posture.ControlID) (store.Current, error) {
	if err := b.own(tenant); err != nil {
		return store.Current{}, err
	}
	list, err := rows(ctx, b.bound, "assessment one", readFull, string(control))
	if err == nil && len(list) == 0 {
		err = posture.ErrNotFound
	}
	if err != nil {
		return store.Current{}, fmt.Errorf("assessment of %s: %w", control, err)
	}
	return list[0], nil
}

// Put implements store.AssessmentWriter.
func (b assessments) Put(ctx context.Context, tenant posture.TenantID, all []store.Current) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	for i := range all {
		if err := b.put(ctx, &all[i]); err != nil {
			return fmt.Errorf("keep assessment of %s: %w", all[i].Assessment.Control, err)
		}
	}
	return nil
}

func (b assessments) put(ctx context.Context, c *store.Current) error {
	var data [4][]byte
	for i, from := range []*roaring.Bitmap{c.Outcomes.Pass, c.Outcomes.Fail, c.Outcomes.Unknown, c.Outcomes.Exempt} {
		packed, err := pack(from)
		if err != nil {
			return err
		}
		data[i] = packed
	}
	a, s := &c.Assessment, &c.Standing
	status := s.Status
	if status == "" {
		status = posture.ToAddress
	}
	err := b.queue(ctx, store.KeyAssessments, "assessment put", string(a.Control), string(a.State), string(a.Reason.Code), a.Reason.Detail,
		a.Measured.Pass, a.Measured.Fail, a.Measured.Unknown, a.Exempted.Pass, a.Exempted.Fail, a.Exempted.Unknown,
		flag(a.Held), flag(a.HeldCredited), string(a.Strict), int64(s.Measured), int64(s.Credited), int64(s.Max), string(status),
		s.Counts.Pass, s.Counts.Fail, s.Counts.Unknown, string(c.Kind), c.Frame, data[0], data[1], data[2], data[3])
	return err
}

// Drop implements store.AssessmentWriter.
func (b assessments) Drop(ctx context.Context, tenant posture.TenantID, controls []posture.ControlID) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	for _, c := range controls {
		if _, err := b.write(ctx, store.KeyAssessments, "assessment drop", string(c)); err != nil {
			return fmt.Errorf("drop assessment of %s: %w", c, err)
		}
	}
	return nil
}
