// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// lookups are the objects of one set of DNS answers.
type lookups struct {
	set    string
	why    posture.Reason // why there are none
	names  []string
	byName map[string]*lookup
}

// lookup is what was found out for one domain.
type lookup struct {
	records []string // TXT records of the last name that was asked for
	given   bool     // records is what the evidence says, not what it lacks
	blank   bool     // the records are one empty string: the oldest exports write so that there are none
	queries []query
}

type query struct {
	name     string
	answered bool
	found    bool // with records
}

// answered are the results of a query that reached a server which knows.
// Anything else (time-outs, refusals, server failures) says nothing.
var (
	answeredQuery = regexp.MustCompile(`(?i)^query returned (nxdomain|(\d+) txt records?)$`)
	nothingFound  = regexp.MustCompile(`(?i)(nxdomain| 0 txt records?)$`)
	betweenQuotes = regexp.MustCompile(`"\s+"`)
)

func readLookups(m *Model, name string) *lookups {
	set := m.Set(name)
	l := &lookups{set: name, why: set.Missing, byName: make(map[string]*lookup)}
	for _, o := range set.Objects {
		values := membersOf(o.Raw)
		domain, _ := stringOf(values["domain"])
		domain = cleanDomain(domain)
		if domain == "" {
			continue
		}
		if l.byName[domain] == nil {
			l.names = append(l.names, domain)
		}
		l.byName[domain] = readLookup(values)
	}
	return l
}

func readLookup(values map[string]jsontext.Value) *lookup {
	l := &lookup{}
	l.records, l.given = txtRecords(values["rdata"])
	if len(l.records) == 1 && strings.TrimSpace(l.records[0]) == "" {
		l.records, l.blank = nil, true
	}
	if values["log"] == nil {
		return l
	}
	_ = eachItem(values["log"], func(item jsontext.Value) error {
		entry := membersOf(item)
		name, _ := stringOf(entry["query_name"])
		result, _ := stringOf(entry["query_result"])
		result = strings.TrimSpace(result)
		answered := answeredQuery.MatchString(result)
		l.queries = append(l.queries, query{name: cleanDomain(name), answered: answered, found: answered && !nothingFound.MatchString(result)})
		return nil
	})
	return l
}

// txtRecords reads the records. The strings of one record belong together
// without a space; a string of the greatest length goes on in the next one.
func txtRecords(value jsontext.Value) ([]string, bool) {
	if value == nil {
		return nil, false
	}
	var records []string
	const longest = 255
	full := false
	err := eachItem(value, func(item jsontext.Value) error {
		var text string
		switch item.Kind() {
		case jsontext.KindNull:
			return nil
		case jsontext.KindString:
			text, _ = stringOf(item)
		case jsontext.KindBeginArray:
			parts, ok := textsOf(item)
			if !ok {
				return errShape
			}
			text = strings.Join(parts, "")
		default:
			return errShape
		}
		if full && !beginsRecord(text) {
			records[len(records)-1] += text
		} else {
			records = append(records, text)
		}
		full = item.Kind() == jsontext.KindString && len(text) == longest
		return nil
	})
	if err != nil {
		return nil, false
	}
	for i, r := range records {
		records[i] = unquoted(r)
	}
	return records, true
}

// beginsRecord tells a record of its own from the rest of the one before.
func beginsRecord(text string) bool {
	text = strings.ToLower(strings.TrimLeft(text, `" `))
	return strings.HasPrefix(text, "v=spf1") || strings.HasPrefix(text, "v=dmarc1") || strings.HasPrefix(text, "v=dkim1")
}

// unquoted joins `"v=spf1 include:a" "b.example -all"`, as some resolvers
// write it.
func unquoted(text string) string {
	trimmed := strings.TrimSpace(text)
	if len(trimmed) < 2 || trimmed[0] != '"' || trimmed[len(trimmed)-1] != '"' {
		return text
	}
	return strings.ReplaceAll(betweenQuotes.ReplaceAllString(trimmed, ""), `"`, "")
}

// of returns what was found for a domain, or why nothing was.
func (l *lookups) of(domain string) (*lookup, posture.Reason) {
	if l.why.Code != "" {
		return nil, l.why
	}
	found := l.byName[domain]
	if found == nil {
		return nil, posture.Reason{Code: posture.NotCollected, Detail: fmt.Sprintf("%s was not looked up for %s", domain, l.set)}
	}
	if !found.given {
		return nil, posture.Reason{Code: posture.Shape, Detail: fmt.Sprintf("%s: the records of %s are of a shape that is not understood", l.set, domain)}
	}
	return found, posture.Reason{}
}

// absent reports whether it is known that there is nothing under a name.
func (l *lookup) absent(name string) bool {
	if len(l.queries) == 0 {
		return l.blank
	}
	answered := false
	for _, q := range l.queries {
		if q.name == name {
			if q.found {
				return false
			}
			answered = answered || q.answered
		}
	}
	return answered
}

// source is the name whose answer the records are, empty when the log does not
// say.
func (l *lookup) source() string {
	for _, q := range slices.Backward(l.queries) {
		if q.found {
			return q.name
		}
	}
	return ""
}

func failedLookup(set, name string) posture.Reason {
	return posture.Reason{Code: posture.Failed, Detail: fmt.Sprintf("%s: the look-up of %s got no answer", set, name)}
}
