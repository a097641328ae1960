// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/source/microsoftscore"
)

// microsoftDays puts Microsoft's days into the words of the ledger, and finds
// the one organisation that they are of.
func microsoftDays(answer *microsoftscore.Answer) (organisation string, days []ledger.ImportedDay, err error) {
	for i := range answer.Days {
		d := &answer.Days[i]
		if organisation == "" {
			organisation = d.Organisation
		}
		if d.Organisation != organisation {
			return "", nil, fmt.Errorf("the scores are of two organisations, %s and %s: %w; import one at a time", organisation, d.Organisation, posture.ErrInvalid)
		}
		d.ApplyProfiles(answer.Profiles)
		days = append(days, importedDay(d))
	}
	return organisation, days, nil
}

func importedDay(d *microsoftscore.Day) ledger.ImportedDay {
	day := ledger.ImportedDay{
		Day: ledger.DayOf(d.Date), Score: d.Current, Max: d.Max, Controls: make(map[posture.ControlID]ledger.Standing, len(d.Controls)),
	}
	for i := range d.Controls {
		c := &d.Controls[i]
		standing := ledger.Standing{Measured: c.Score}
		if c.Max != nil {
			standing.Max = *c.Max
		}
		if c.Count != nil && c.Total != nil && *c.Total >= *c.Count {
			standing.Counts = posture.Counts{Pass: *c.Count, Fail: *c.Total - *c.Count}
		}
		day.Controls[c.ID] = standing
	}
	if d.LicensedUsers != nil && d.ActiveUsers != nil {
		day.Facts = &ledger.Facts{LicensedUsers: *d.LicensedUsers, ActiveUsers: *d.ActiveUsers}
	}
	return day
}
