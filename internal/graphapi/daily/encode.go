// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"slices"
	"strconv"
	"time"

	"securescore/internal/posture"
)

// revision counts the times that the text of a day changed its form. It is part
// of the key of what is cached.
const revision = 2

// vendor is the same in every answer.
const vendor = `{"provider":"SecureScore","providerVersion":null,"subProvider":null,"vendor":"Microsoft"}`

// wholeSecond is how exact times are written.
const wholeSecond = time.Second

// Properties are the names of all properties of a secureScore, in the order in
// which they are written.
func Properties() []string {
	return []string{
		"id", "azureTenantId", "activeUserCount", "createdDateTime", "currentScore", "enabledServices",
		"licensedUserCount", "maxScore", "vendorInformation", "averageComparativeScores", "controlScores",
	}
}

// AppendJSON appends the entity as a JSON object with the selected properties,
// which go by their exact names; nil selects all. Unknown numbers are null.
func (s *Score) AppendJSON(dst []byte, selected []string) []byte {
	dst = append(dst, '{')
	first := true
	for _, name := range Properties() {
		if selected != nil && !slices.Contains(selected, name) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(append(append(dst, '"'), name...), `":`...)
		dst = s.appendProperty(dst, name)
	}
	return append(dst, '}')
}

func (s *Score) appendProperty(dst []byte, name string) []byte {
	switch name {
	case "id":
		return appendString(dst, s.ID())
	case "azureTenantId":
		return appendString(dst, s.view.azure)
	case "activeUserCount":
		return appendKnown(dst, s.ActiveUserCount)
	case "licensedUserCount":
		return appendKnown(dst, s.LicensedUserCount)
	case "createdDateTime":
		return appendTime(dst, s.day.Time())
	case "currentScore":
		return appendPoints(dst, s.current)
	case "maxScore":
		return appendPoints(dst, s.max)
	case "enabledServices":
		return s.appendServices(dst)
	case "vendorInformation":
		return append(dst, vendor...)
	case "averageComparativeScores":
		return append(dst, "[]"...) // until tenants are compared
	default:
		return s.appendControls(dst)
	}
}

func appendKnown(dst []byte, value func() (int, bool)) []byte {
	n, known := value()
	if !known {
		return append(dst, "null"...)
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

func appendTime(dst []byte, t time.Time) []byte {
	return append(t.UTC().AppendFormat(append(dst, '"'), "2006-01-02T15:04:05Z"), '"')
}

func (s *Score) appendServices(dst []byte) []byte {
	dst = append(dst, '[')
	if s.facts != nil {
		for i, flag := range s.facts.services {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, flag)
		}
	}
	return append(dst, ']')
}

func (s *Score) appendControls(dst []byte) []byte {
	synced := appendTime([]byte(`,"lastSynced":`), s.synced)
	synced = append(synced, `,"implementationStatus":`...)
	dst = append(dst, '[')
	for i := range s.controls {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = s.controls[i].appendJSON(dst, synced, s.view.literal)
	}
	return append(dst, ']')
}

// appendJSON appends one control score. Numbers of entities and flags are
// strings, as they are in the answers of Graph.
func (c *control) appendJSON(dst, synced []byte, literal bool) []byte {
	dst = appendPoints(append(dst, c.head...), c.earned())
	dst = append(dst, synced...)
	n := posture.Counts{Pass: int(c.pass), Fail: int(c.fail), Unknown: int(c.unknown)}
	dst = c.appendStatus(dst, n)
	if c.counted() {
		dst = appendCount(append(dst, `,"count":`...), n.Pass)
		dst = appendCount(append(dst, `,"total":`...), n.Total())
	} else {
		dst = appendFlag(append(dst, `,"on":`...), c.full())
	}
	if c.device() {
		dst = append(dst, `,"IsApplicable":"true"`...) // it would not count otherwise
		dst = appendFlag(append(dst, `,"IsEnforced":`...), c.full())
	}
	if decided(c.status) {
		dst = appendString(append(dst, `,"controlState":`...), StateName(c.status, literal))
	}
	dst = append(dst, `,"scoreInPercentage":`...)
	dst = strconv.AppendFloat(dst, c.percent(), 'f', -1, 64)
	return append(dst, '}')
}

func (c *control) appendStatus(dst []byte, n posture.Counts) []byte {
	if !c.plain {
		return appendString(dst, string(c.appendWords(nil, n)))
	}
	return append(c.appendWords(append(dst, '"'), n), '"')
}
