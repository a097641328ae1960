// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Past says whose history is told, and in which categories. The catalogue
// version is the key of the cache, so it must change when categories do.
type Past struct {
	Tenant    posture.TenantID
	Series    ledger.Series
	Catalogue string
	Category  ledger.Categorise
}

// History returns the total of each day from first to last. Days before the
// first entry are all zero. Months come from the cache and the rest from the
// entries, with the same result.
func History(ctx context.Context, r *Reader, p Past, first, last ledger.Day) ([]ledger.DayTotal, error) {
	if last < first {
		return nil, nil
	}
	months, err := r.Months.Months(ctx, p.Tenant, p.Series, p.Catalogue, first.Month(), last.Month())
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", p.Tenant, err)
	}
	days := decode(months)
	if len(days) == 0 || days[len(days)-1].Day < last {
		rest, err := following(ctx, r, p, days, first, last)
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", p.Tenant, err)
		}
		days = append(days, rest...)
	}
	return within(days, first, last), nil
}

// KeepMonths fills the cache up to the end of the month of a day. Whoever
// appends entries calls it in the same transaction.
func KeepMonths(ctx context.Context, w *Writer, p Past, through ledger.Day) error {
	end := through.NextMonth() - 1
	days, err := following(ctx, w.Reader(), p, nil, end, end)
	if err != nil {
		return fmt.Errorf("cache the history of %s: %w", p.Tenant, err)
	}
	return putMonths(ctx, w, p, days)
}

func putMonths(ctx context.Context, w *Writer, p Past, days []ledger.DayTotal) error {
	var months []Month
	for _, m := range ledger.Months(days) {
		months = append(months, Month{First: m[0].Day.Month(), Blob: ledger.EncodeMonth(m)})
	}
	if err := w.Months.PutMonths(ctx, p.Tenant, p.Series, p.Catalogue, months); err != nil {
		return fmt.Errorf("cache the history of %s: %w", p.Tenant, err)
	}
	return nil
}

// Extend appends sealed entries of one day to a series and keeps its months.
// Entries that move no posture, as decisions do not, are added to the month
// that is cached, so that their cost does not grow with the month.
func Extend(ctx context.Context, w *Writer, p Past, entries []ledger.Entry, beside []ledger.Beside) error {
	if len(entries) == 0 {
		return nil
	}
	day := ledger.DayOf(entries[0].Effective)
	days, err := adjustable(ctx, w, p, entries, day)
	if err != nil {
		return err
	}
	if err := w.Ledger.Append(ctx, p.Tenant, p.Series, entries, beside); err != nil {
		return fmt.Errorf("append to the ledger: %w", err)
	}
	if days == nil {
		return KeepMonths(ctx, w, p, day)
	}
	for i := range entries {
		ledger.Adjust(days, &entries[i], p.Category)
	}
	return putMonths(ctx, w, p, days)
}

// adjustable returns the cached month of a day when the entries can be added
// to it; nil when it has to be told from its beginning.
func adjustable(ctx context.Context, w *Writer, p Past, entries []ledger.Entry, day ledger.Day) ([]ledger.DayTotal, error) {
	for i := range entries {
		if entries[i].Cause.Moves() || ledger.DayOf(entries[i].Effective) != day {
			return nil, nil
		}
	}
	months, err := w.Months.Months(ctx, p.Tenant, p.Series, p.Catalogue, day.Month(), day.Month())
	if err != nil {
		return nil, fmt.Errorf("cache the history of %s: %w", p.Tenant, err)
	}
	days := decode(months)
	if len(days) == 0 || days[0].Day > day || days[len(days)-1].Day != day.NextMonth()-1 {
		return nil, nil
	}
	return days, nil
}

// following returns the days up to last that come after the given ones. When
// none are given it goes on from the newest cached month, or else it begins
// with the first entry, in any case not after first.
func following(ctx context.Context, r *Reader, p Past, days []ledger.DayTotal, first, last ledger.Day) ([]ledger.DayTotal, error) {
	if len(days) == 0 {
		m, err := r.Months.LastMonth(ctx, p.Tenant, p.Series, p.Catalogue, first)
		if err != nil && !errors.Is(err, posture.ErrNotFound) {
			return nil, err
		}
		if err == nil {
			days = decode([]Month{m})
		}
	}
	if len(days) > 0 {
		start := days[len(days)-1]
		entries, err := r.Ledger.Between(ctx, p.Tenant, p.Series, (start.Day + 1).Time(), (last + 1).Time())
		return ledger.Daily(start, entries, last, p.Category), err
	}
	entries, err := r.Ledger.Between(ctx, p.Tenant, p.Series, time.Time{}, (last + 1).Time())
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	return ledger.Daily(ledger.DayTotal{Day: ledger.DayOf(entries[0].Effective) - 1}, entries, last, p.Category), nil
}

// decode reads cached months up to the first one that is damaged: a cache that
// cannot be read is as good as none.
func decode(months []Month) []ledger.DayTotal {
	days := make([]ledger.DayTotal, 0, 31*len(months))
	for _, m := range months {
		good := len(days)
		var err error
		if days, err = ledger.DecodeMonth(days, m.Blob); err != nil {
			return days[:good]
		}
	}
	return days
}

// within cuts days to a range and puts empty ones before those that are known.
func within(days []ledger.DayTotal, first, last ledger.Day) []ledger.DayTotal {
	for len(days) > 0 && days[0].Day < first {
		days = days[1:]
	}
	for len(days) > 0 && days[len(days)-1].Day > last {
		days = days[:len(days)-1]
	}
	known := last + 1
	if len(days) > 0 {
		known = days[0].Day
	}
	if known == first {
		return days
	}
	all := make([]ledger.DayTotal, 0, last-first+1)
	for day := first; day < known; day++ {
		all = append(all, ledger.DayTotal{Day: day})
	}
	return append(all, days...)
}
