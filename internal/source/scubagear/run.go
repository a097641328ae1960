// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// RunSet is the data set that tells about the export itself: one object with
// the version of the tool and of its baseline, the time and the report's id.
const RunSet = "scubagear/run"

var errNoTime = errors.New("says nowhere when it was made")

// runMembers are the members that RunSet is made of.
var runMembers = []string{"baseline_version", "module_version", "date", "timestamp_zulu", "report_uuid"}

// identify reads whose export it is and when it was made.
func (x *export) identify(e *posture.Evidence) error {
	at, err := x.made()
	if err != nil {
		return err
	}
	e.At = at
	tenant, err := x.tenant()
	if err != nil {
		return err
	}
	e.Organisation = strings.ToLower(tenant.ID)
	e.Name, e.Domain = tenant.Name, tenant.Domain
	e.Add(x.run(at))
	return nil
}

type tenant struct {
	ID     string `json:"TenantId"`
	Name   string `json:"DisplayName"`
	Domain string `json:"DomainName"`
}

// tenant reads tenant_details; tenant_id stands in exports of Power Platform
// alone and is only asked where the other does not tell.
func (x *export) tenant() (tenant, error) {
	var t tenant
	details := x.members["tenant_details"]
	err := eachItem(details.raw, func(item jsontext.Value, at int64) error {
		if t.ID != "" || item.Kind() != jsontext.KindBeginObject {
			return nil
		}
		if err := json.Unmarshal(item, &t); err != nil {
			return x.text.Fault("tenant_details", details.at+at, err)
		}
		return nil
	})
	if err != nil {
		return t, x.place("tenant_details", details.at, err)
	}
	if t.ID == "" {
		t.ID, _ = unquote(x.members["tenant_id"].raw)
	}
	return t, nil
}

// made is the time of the export. Versions before 1.3 have no timestamp_zulu.
func (x *export) made() (time.Time, error) {
	if text, ok := unquote(x.members["timestamp_zulu"].raw); ok {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return time.Time{}, x.text.Fault("timestamp_zulu", x.members["timestamp_zulu"].at, fmt.Errorf("%.60q is no time", text))
		}
		return at.UTC().Truncate(time.Microsecond), nil
	}
	date := x.members["date"]
	text, ok := unquote(date.raw)
	if !ok {
		return time.Time{}, &posture.InputError{File: x.text.File, DataSet: "date", Offset: -1, Cause: errNoTime, Advice: "export it again"}
	}
	at, err := parseDate(text)
	if err != nil {
		return time.Time{}, x.text.Fault("date", date.at, err)
	}
	return at, nil
}

func (x *export) run(at time.Time) *posture.DataSet {
	var out strings.Builder
	out.WriteByte('{')
	for _, name := range runMembers {
		part, ok := x.members[name]
		if !ok || part.err != nil || check(part.raw) != nil {
			continue
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%q:%s", name, part.raw)
	}
	out.WriteByte('}')
	return &posture.DataSet{Name: RunSet, FetchedAt: at, Objects: []posture.Object{{Key: "run", Raw: []byte(out.String())}}}
}
