// SPDX-License-Identifier: Apache-2.0

package microsoftscore

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"securescore/internal/posture"
)

var (
	errNoTenant = errors.New("azureTenantId is missing")
	errNoDate   = errors.New("neither createdDateTime nor id tells the day")
	errNoScore  = errors.New("currentScore and maxScore must both be numbers that are not below zero")
	errNoID     = errors.New("id is missing")
)

// wireDay is a secureScore as Graph writes it.
type wireDay struct {
	ID       string        `json:"id"`
	Tenant   string        `json:"azureTenantId"`
	Created  loose         `json:"createdDateTime"`
	Current  number        `json:"currentScore"`
	Max      number        `json:"maxScore"`
	Active   number        `json:"activeUserCount"`
	Licensed number        `json:"licensedUserCount"`
	Services []string      `json:"enabledServices"`
	Controls []wireControl `json:"controlScores"`
	Averages []wireAverage `json:"averageComparativeScores"`
}

type wireControl struct {
	Name     string `json:"controlName"`
	Category string `json:"controlCategory"`
	Score    number `json:"score"`
	On       loose  `json:"on"`
	Count    loose  `json:"count"`
	Total    loose  `json:"total"`
	Status   loose  `json:"implementationStatus"`
	Synced   loose  `json:"lastSynced"`
}

// wireAverage has the properties that Graph does not declare in both forms
// that were seen: the older one with a small first letter and strings.
type wireAverage struct {
	Basis             string `json:"basis"`
	Score             number `json:"averageScore"`
	Apps              loose  `json:"appsScore"`
	AppsMax           loose  `json:"appsScoreMax"`
	Data              loose  `json:"dataScore"`
	DataMax           loose  `json:"dataScoreMax"`
	Device            loose  `json:"deviceScore"`
	DeviceMax         loose  `json:"deviceScoreMax"`
	Identity          loose  `json:"identityScore"`
	IdentityMax       loose  `json:"identityScoreMax"`
	Infrastructure    loose  `json:"infrastructureScore"`
	InfrastructureMax loose  `json:"infrastructureScoreMax"`
	Lower             loose  `json:"SeatSizeRangeLowerValue"`
	Upper             loose  `json:"SeatSizeRangeUpperValue"`
	OldLower          loose  `json:"seatSizeRangeLowerValue"`
	OldUpper          loose  `json:"seatSizeRangeUpperValue"`
	Industry          loose  `json:"categoryValue"`
}

func (w *wireDay) day() (Day, error) {
	date, made, err := w.times()
	switch {
	case w.Tenant == "":
		return Day{}, errNoTenant
	case err != nil:
		return Day{}, err
	case w.Current.known() == nil || w.Max.known() == nil:
		return Day{}, errNoScore
	}
	d := Day{
		Organisation: strings.ToLower(w.Tenant),
		Date:         date, Made: made,
		Current: *w.Current.value, Max: *w.Max.value,
		LicensedUsers: w.Licensed.whole(), ActiveUsers: w.Active.whole(),
		Services: w.Services,
	}
	for i := range w.Averages {
		d.Averages = append(d.Averages, w.Averages[i].average())
	}
	d.Controls, err = w.controls()
	return d, err
}

// times tells the day of the score, which stands at the end of the id, and
// when it was made. Where one of the two does not say, the other one does.
func (w *wireDay) times() (date, made time.Time, err error) {
	made = w.Created.moment()
	if _, day, ok := strings.Cut(w.ID, "_"); ok {
		if date, err = time.Parse(time.DateOnly, day); err != nil {
			date = time.Time{}
		}
	}
	switch {
	case date.IsZero() && made.IsZero():
		return date, made, errNoDate
	case date.IsZero():
		date = made.Truncate(24 * time.Hour)
	case made.IsZero():
		made = date
	}
	return date, made, nil
}

// controls keeps the first of each name. What has no name or comes again stays
// out, so that its points are in the rest of the day and sums stay exact.
func (w *wireDay) controls() ([]Control, error) {
	var list []Control
	seen := make(map[string]bool, len(w.Controls))
	for i := range w.Controls {
		c := &w.Controls[i]
		if c.Score.value != nil && *c.Score.value < 0 {
			return nil, fmt.Errorf("score of control %q %w", posture.Printable(c.Name), errRange)
		}
		if c.Name == "" || c.Score.value == nil || seen[c.Name] {
			continue
		}
		seen[c.Name] = true
		list = append(list, Control{
			ID: posture.ControlID(c.Name), Category: posture.Category(c.Category), Score: *c.Score.value,
			On: c.On.truth(), Count: c.Count.whole(), Total: c.Total.whole(), Status: c.Status.text, Synced: c.Synced.moment(),
		})
	}
	slices.SortFunc(list, func(a, b Control) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return list, nil
}

func (w *wireAverage) average() Average {
	a := Average{
		Basis: w.Basis, Percent: w.Score.known(), Industry: w.Industry.text,
		SeatsFrom: w.Lower.whole(), SeatsTo: w.Upper.whole(),
		Categories: make(map[posture.Category]Share, 5),
	}
	if a.SeatsFrom == nil {
		a.SeatsFrom = w.OldLower.whole()
	}
	if a.SeatsTo == nil {
		a.SeatsTo = w.OldUpper.whole()
	}
	for category, s := range map[posture.Category][2]loose{
		posture.Apps: {w.Apps, w.AppsMax}, posture.Data: {w.Data, w.DataMax}, posture.Device: {w.Device, w.DeviceMax},
		posture.Identity: {w.Identity, w.IdentityMax}, posture.Infrastructure: {w.Infrastructure, w.InfrastructureMax},
	} {
		if share := (Share{s[0].decimal(), s[1].decimal()}); share != (Share{}) {
			a.Categories[category] = share
		}
	}
	return a
}

// wireProfile is a secureScoreControlProfile as Graph writes it.
type wireProfile struct {
	ID                 string       `json:"id"`
	Title              string       `json:"title"`
	Max                number       `json:"maxScore"`
	Category           string       `json:"controlCategory"`
	Service            string       `json:"service"`
	Tier               string       `json:"tier"`
	Rank               number       `json:"rank"`
	Threats            []string     `json:"threats"`
	Deprecated         bool         `json:"deprecated"`
	ActionType         string       `json:"actionType"`
	ActionURL          string       `json:"actionUrl"`
	ImplementationCost string       `json:"implementationCost"`
	UserImpact         string       `json:"userImpact"`
	Updates            []wireUpdate `json:"controlStateUpdates"`
}

type wireUpdate struct {
	AssignedTo string `json:"assignedTo"`
	Comment    string `json:"comment"`
	State      string `json:"state"`
	By         string `json:"updatedBy"`
	At         loose  `json:"updatedDateTime"`
}

func (w *wireProfile) profile() (Profile, error) {
	if w.ID == "" {
		return Profile{}, errNoID
	}
	p := Profile{
		ID: posture.ControlID(w.ID), Title: w.Title, Max: w.Max.known(), Category: posture.Category(w.Category),
		Service: w.Service, Tier: w.Tier, Rank: w.Rank.whole(), Threats: w.Threats, Deprecated: w.Deprecated,
		ActionType: w.ActionType, ActionURL: w.ActionURL, ImplementationCost: w.ImplementationCost, UserImpact: w.UserImpact,
	}
	for _, u := range w.Updates {
		p.Updates = append(p.Updates, StateUpdate{u.AssignedTo, u.Comment, u.State, u.By, u.At.moment()})
	}
	slices.SortStableFunc(p.Updates, func(a, b StateUpdate) int { return a.At.Compare(b.At) })
	return p, nil
}
