// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"strconv"

	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
)

// Words says the state of a control in one sentence: how many pass, or why
// nothing can be said.
func (o *Outcome) Words() string {
	a := &o.Assessment
	shown := a.Shown()
	switch {
	case a.State != posture.Assessed || a.Reason.Code == posture.Licence:
		return a.Reason.String()
	case o.Control.Check.Require == catalog.All && shown.Total() == 0:
		return "every " + o.frame.spec.Singular + " in scope is exempt"
	}
	return string(AppendCounts(nil, o.Control, o.frame.spec, shown))
}

// AppendCounts appends to dst what counts of entities say of an assessed
// control, such as "18 of 20 users pass". A ledger keeps counts and no reasons,
// so these words are the same for any day. The words are of the control's kind
// alone: nothing in them comes from a source.
func AppendCounts(dst []byte, c *catalog.Control, spec *entity.KindSpec, n posture.Counts) []byte {
	switch {
	case c.Check.Require != catalog.All:
		dst = appendShare(dst, n, spec)
		return appendRequired(append(dst, " qualify; "...), &c.Check)
	case n.Total() == 0:
		return append(append(append(dst, "no "...), spec.Plural...), " were counted"...)
	case spec.Singleton && n.Unknown == 0 && n.Fail > 0:
		return append(append(dst, "not met by the "...), spec.Singular...)
	case spec.Singleton && n.Unknown == 0:
		return append(append(dst, "met by the "...), spec.Singular...)
	}
	dst = append(appendShare(dst, n, spec), " pass"...)
	if n.Unknown > 0 {
		dst = append(strconv.AppendInt(append(dst, ", "...), int64(n.Unknown), 10), " unknown"...)
	}
	return dst
}

// appendShare appends "18 of 20 users".
func appendShare(dst []byte, n posture.Counts, spec *entity.KindSpec) []byte {
	dst = append(strconv.AppendInt(dst, int64(n.Pass), 10), " of "...)
	return append(append(strconv.AppendInt(dst, int64(n.Total()), 10), ' '), spec.Plural...)
}

// appendRequired appends how many of any and count must pass.
func appendRequired(dst []byte, ch *catalog.Check) []byte {
	least, most := int64(ch.Min), int64(ch.Max)
	switch {
	case ch.Require == catalog.Any:
		return append(dst, "one is needed"...)
	case most == 0:
		return append(strconv.AppendInt(append(dst, "at least "...), least, 10), " are needed"...)
	case least == 0:
		return append(strconv.AppendInt(append(dst, "at most "...), most, 10), " are allowed"...)
	}
	dst = append(strconv.AppendInt(dst, least, 10), " to "...)
	return append(strconv.AppendInt(dst, most, 10), " are needed"...)
}
