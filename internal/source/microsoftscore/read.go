// SPDX-License-Identifier: Apache-2.0

package microsoftscore

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
	"securescore/internal/source"
)

// Kind is the name of this format in the registry.
const Kind source.Kind = "microsoftscore"

// The names that faults are placed in.
const (
	scoreSet   = "graph/security/secureScores"
	profileSet = "graph/security/secureScoreControlProfiles"
)

var (
	errForeign = errors.New("holds no answer of Graph about Secure Score")
	errNothing = errors.New("is neither a score nor a control profile")
)

// Format tells the registry about this package.
func Format() source.Format {
	return source.Format{Kind: Kind, Title: "an answer of Microsoft Graph about Secure Score", Recognise: recognise}
}

func recognise(text []byte) bool {
	found := false
	_ = source.Items(text, func(page jsontext.Value, _ int64) error { // an error only means that there is nothing to see
		_ = source.Members(page, func(name string, value jsontext.Value, _ int64) error {
			switch name {
			case "@odata.context":
				found = found || strings.Contains(strings.ToLower(string(value)), "#security/securescore")
			case "value":
				_ = source.Items(value, func(item jsontext.Value, _ int64) error {
					found = found || sortOf(item) != unknown
					return source.ErrStop
				})
			}
			if found {
				return source.ErrStop
			}
			return nil
		})
		found = found || sortOf(page) != unknown
		return source.ErrStop
	})
	return found
}

// sortOf tells entities apart by members that only one of them has.
func sortOf(entity jsontext.Value) sort {
	s := unknown
	_ = source.Members(entity, func(name string, _ jsontext.Value, _ int64) error {
		switch name {
		case "currentScore", "controlScores", "averageComparativeScores":
			s = score
		case "controlStateUpdates", "implementationCost", "remediationImpact", "actionType":
			s = profile
		default:
			return nil
		}
		return source.ErrStop
	})
	return s
}

// Read reads a page of answers, a list of pages, a list of entities or one
// entity. The name stands in errors, which are all *posture.InputError: a
// score that is not understood is not imported in part.
func Read(name string, data []byte) (*Answer, error) {
	text, err := source.Decode(name, data)
	if err != nil {
		return nil, err
	}
	if err := text.CheckDepth(source.DefaultLimits().Depth); err != nil {
		return nil, err
	}
	r := reader{text: text, answer: &Answer{}}
	if err := source.Items(text.Bytes, r.page); err != nil {
		return nil, r.place("", 0, err)
	}
	if !r.seen {
		return nil, r.foreign(0)
	}
	return Merge(r.answer), nil
}

// Merge joins answers. Of one day, or one profile, that stands in several the
// score that was computed last counts, and of equal ones the one that is given
// last.
func Merge(answers ...*Answer) *Answer {
	out := &Answer{}
	for _, a := range answers {
		out.Days = append(out.Days, a.Days...)
		out.Profiles = append(out.Profiles, a.Profiles...)
		for s := range out.linked {
			out.linked[s] = out.linked[s] || a.linked[s]
			out.ended[s] = out.ended[s] || a.ended[s]
		}
	}
	slices.SortStableFunc(out.Days, func(a, b Day) int {
		return cmp.Or(strings.Compare(a.Organisation, b.Organisation), a.Made.Compare(b.Made))
	})
	out.Days = lastOf(out.Days, func(a, b *Day) bool { return a.Organisation == b.Organisation && a.Date.Equal(b.Date) })
	slices.SortStableFunc(out.Profiles, func(a, b Profile) int { return strings.Compare(string(a.ID), string(b.ID)) })
	out.Profiles = lastOf(out.Profiles, func(a, b *Profile) bool { return a.ID == b.ID })
	return out
}

// lastOf keeps the last of each run of equal neighbours.
func lastOf[T any](list []T, same func(a, b *T) bool) []T {
	kept := list[:0]
	for i := range list {
		if i+1 == len(list) || !same(&list[i], &list[i+1]) {
			kept = append(kept, list[i])
		}
	}
	return kept
}

type reader struct {
	text   *source.Text
	answer *Answer
	seen   bool // something of Secure Score was seen
}

// page reads a page of the answer, or an entity that stands by itself.
func (r *reader) page(page jsontext.Value, base int64) error {
	if sortOf(page) != unknown {
		return r.entity(page, base, unknown)
	}
	context, linked, isPage := unknown, false, false
	err := source.Members(page, func(name string, value jsontext.Value, at int64) error {
		switch name {
		case "@odata.context":
			context = cmp.Or(sortOfContext(value), context)
		case "@odata.nextLink":
			linked = value.Kind() == jsontext.KindString
		case "value":
			isPage = true
			return source.Items(value, func(item jsontext.Value, start int64) error {
				context = cmp.Or(context, sortOf(item))
				return r.entity(item, base+at+start, context)
			})
		}
		return nil
	})
	if err != nil {
		return r.place("", base, err)
	}
	if !isPage {
		return r.foreign(base)
	}
	r.seen = r.seen || context != unknown
	r.answer.linked[context] = r.answer.linked[context] || linked
	r.answer.ended[context] = r.answer.ended[context] || !linked
	return nil
}

func (r *reader) foreign(at int64) error {
	err := r.text.Fault("", at, errForeign)
	err.Advice = "save the whole answer of GET /security/secureScores or /security/secureScoreControlProfiles"
	return err
}

func sortOfContext(value jsontext.Value) sort {
	text := strings.ToLower(string(value))
	switch {
	case strings.Contains(text, "#security/securescorecontrolprofiles"):
		return profile
	case strings.Contains(text, "#security/securescores"):
		return score
	}
	return unknown
}

func (r *reader) entity(raw jsontext.Value, base int64, context sort) error {
	context = cmp.Or(sortOf(raw), context)
	switch context {
	case score:
		r.seen = true
		var w wireDay
		if err := json.Unmarshal(raw, &w); err != nil {
			return r.place(scoreSet, base, err)
		}
		d, err := w.day()
		if err != nil {
			return r.place(scoreSet, base, err)
		}
		r.answer.Days = append(r.answer.Days, d)
	case profile:
		r.seen = true
		var w wireProfile
		if err := json.Unmarshal(raw, &w); err != nil {
			return r.place(profileSet, base, err)
		}
		p, err := w.profile()
		if err != nil {
			return r.place(profileSet, base, err)
		}
		r.answer.Profiles = append(r.answer.Profiles, p)
	case unknown:
		return r.place("", base, errNothing)
	}
	return nil
}

func (r *reader) place(set string, base int64, err error) error {
	if _, placed := errors.AsType[*posture.InputError](err); placed {
		return err
	}
	return r.text.Fault(set, base, err)
}
