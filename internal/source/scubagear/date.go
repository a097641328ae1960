// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"fmt"
	"strings"
	"time"
)

// zones are the offsets, in hours, of the zone names that Windows writes
// behind a date, for the zones in which most exports without an exact time
// were made. Another zone is read as UTC, at most 14 hours off: nothing that
// rules compare is as fine as that.
var zones = map[string]int{
	"Eastern Standard Time": -5, "Eastern Daylight Time": -4,
	"Central Standard Time": -6, "Central Daylight Time": -5,
	"Mountain Standard Time": -7, "Mountain Daylight Time": -6,
	"Pacific Standard Time": -8, "Pacific Daylight Time": -7,
	"Alaskan Standard Time": -9, "Alaskan Daylight Time": -8,
	"Hawaiian Standard Time": -10,
}

// parseDate reads "05/04/2026 17:15:48 Coordinated Universal Time". PowerShell
// writes dates inside strings in one culture whatever the computer's is, month
// first.
func parseDate(text string) (time.Time, error) {
	const layout = "01/02/2006 15:04:05"
	if len(text) < len(layout) {
		return time.Time{}, fmt.Errorf("%.60q is no time", text)
	}
	at, err := time.Parse(layout, text[:len(layout)])
	if err != nil {
		return time.Time{}, fmt.Errorf("%.60q is no time", text)
	}
	return at.Add(-time.Duration(zones[strings.TrimSpace(text[len(layout):])]) * time.Hour), nil
}
