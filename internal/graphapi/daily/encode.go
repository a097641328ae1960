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
	dst = append(dst, '[')
	for i := range s.controls {
		if i > 0 {
			dst = append(dst, ',')
		}
		c := &s.controls[i]
		text, points := s.say(c)
		dst = append(append(dst, c.head...), text[:points]...)
		dst = append(append(dst, synced...), text[points:]...)
	}
	return append(dst, ']')
}

// said is the text of a control where it stood at a mark. Most controls stand
// where they stood the day before, so it is written once and copied often.
type said struct {
	phrase  *phrase
	mark    mark
	literal bool
	text    []byte // the points, and then what stands behind lastSynced
	points  int    // where the points end
}

// say returns the text of a control, and where its points end in it.
func (s *Score) say(c *control) (text []byte, points int) {
	if c.track >= len(s.said) {
		s.said = append(s.said, make([]said, c.track+1-len(s.said))...)
	}
	known := &s.said[c.track]
	if known.phrase != c.phrase || known.mark != c.mark || known.literal != s.view.literal {
		known.phrase, known.mark, known.literal = c.phrase, c.mark, s.view.literal
		known.text = appendPoints(known.text[:0], c.earned())
		known.points = len(known.text)
		known.text = c.appendRest(known.text, s.view.literal)
	}
	return known.text, known.points
}

// appendRest appends what stands behind lastSynced. Numbers of entities and
// flags are strings, as they are in the answers of Graph.
func (c *control) appendRest(dst []byte, literal bool) []byte {
	dst = append(dst, `,"implementationStatus":`...)
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
