// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"time"

	"securescore/internal/posture"
)

// event is something that happens on one day of the history.
type event struct {
	day    int    // from 0, the first day
	what   string // one sentence
	happen action
}

// action changes the organisation, or says what people decided. It fails when
// it would change nothing.
type action func(*org, *Moment) error

// all does several things.
func all(actions ...action) action {
	return func(o *org, m *Moment) error {
		for _, a := range actions {
			if err := a(o, m); err != nil {
				return err
			}
		}
		return nil
	}
}

// look only reads the organisation.
func look(*org, *Moment) error { return nil }

// set changes members of the only object of a data set: pairs of a path and
// its value.
func set(name string, pairs ...any) action { return setOf(name, "", pairs...) }

// setOf changes members of one object.
func setOf(name, obj string, pairs ...any) action {
	return func(o *org, _ *Moment) error {
		for i := 0; i+1 < len(pairs); i += 2 {
			at, _ := pairs[i].(string)
			if err := o.change(name, obj, at, pairs[i+1]); err != nil {
				return err
			}
		}
		return nil
	}
}

// put adds an object.
func put(name string, obj object) action {
	return func(o *org, _ *Moment) error { return o.add(name, obj) }
}

// drop takes an object away.
func drop(name, obj string) action {
	return func(o *org, _ *Moment) error { return o.remove(name, obj) }
}

// plainly is an action on the organisation that cannot fail.
func plainly(do func(*org)) action {
	return func(o *org, _ *Moment) error {
		do(o)
		return nil
	}
}

// on is an action on the organisation.
func on(do func(*org) error) action {
	return func(o *org, _ *Moment) error { return do(o) }
}

// decide adds a decision that lasts the given number of days, 0 for no end. It
// was made on the afternoon before.
func decide(d posture.Decision, days int) action {
	return func(o *org, m *Moment) error {
		d := d
		d.At = o.today.Add(-15 * time.Hour)
		if days > 0 {
			d.Expires = d.At.AddDate(0, 0, days)
		}
		m.Decisions = append(m.Decisions, d)
		return nil
	}
}

// status decides about a control.
func status(control posture.ControlID, s posture.Status, days int, by, reason, evidence string) action {
	return decide(posture.Decision{Control: control, Status: s, By: by, Reason: reason, Evidence: evidence}, days)
}

// exempt takes a user out of a control, or out of all when it is empty. The
// team of identity decides that.
func exempt(control posture.ControlID, person, days int, reason string) action {
	return decide(posture.Decision{
		Control: control, Kind: "user", Entity: uuid("user", person), By: identity, Reason: reason, Evidence: records + "exemptions",
	}, days)
}

// People of the organisation who decide, and where they keep their records.
const (
	ciso       = "Ingrid Solberg"
	operations = "Olav Strand"
	identity   = "Tariq Haddad"
	postmaster = "Jonas Eide"
	workplace  = "Lotte Visser"
	endpoints  = "Mei Tan"

	records = "https://intranet.contoso.example/security/records/"
)

// timeline is the whole story.
func timeline() []event {
	var events []event
	for _, part := range [][]event{
		signInStory(), methodStory(), roleStory(), accessStory(), peopleStory(), registrationCampaign(), monthEnds(),
		mailStory(), senderStory(), sharingStory(), teamsStory(), platformStory(), deviceStory(), decisionStory(),
	} {
		events = append(events, part...)
	}
	return events
}
