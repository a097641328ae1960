// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/posture"
)

// defaultCaseTime is the time of a case's evidence where it names none.
var defaultCaseTime = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// Input turns a case into the evidence that it describes, with the service
// plans of the control as the case says.
func (ca *Case) Input(c *Control) (*posture.Evidence, error) {
	e := &posture.Evidence{Source: "case", Name: ca.Name, At: defaultCaseTime}
	if ca.At != "" {
		at, err := time.Parse(time.RFC3339, ca.At)
		if err != nil {
			return nil, fmt.Errorf("case %q: at: %w", ca.Name, err)
		}
		e.At = at.UTC()
	}
	for name, value := range ca.Evidence {
		set, err := rawSet(name, value)
		if err != nil {
			return nil, fmt.Errorf("case %q: %s: %w", ca.Name, name, err)
		}
		set.FetchedAt = e.At
		e.Add(set)
	}
	for name, code := range ca.Missing {
		e.Add(&posture.DataSet{Name: name, FetchedAt: e.At, Missing: posture.Reason{Code: code, Detail: name + " could not be read"}})
	}
	const plans = "graph/subscribedSkus"
	if _, given := e.Sets[plans]; given || ca.Licences == "unreadable" {
		return e, nil
	}
	held := []any{}
	if ca.Licences != "absent" {
		for _, plan := range c.Prerequisites {
			held = append(held, map[string]any{"servicePlanName": plan, "provisioningStatus": "Success"})
		}
	}
	set, err := rawSet(plans, map[string]any{"id": "case", "skuPartNumber": "CASE", "servicePlans": held})
	if err != nil {
		return nil, err
	}
	e.Add(set)
	return e, nil
}

func rawSet(name string, value any) (*posture.DataSet, error) {
	objects, ok := value.([]any)
	if !ok {
		objects = []any{value}
	}
	set := &posture.DataSet{Name: name}
	for i, o := range objects {
		raw, err := json.Marshal(o, json.Deterministic(true))
		if err != nil {
			return nil, err
		}
		set.Objects = append(set.Objects, posture.Object{Key: objectKey(o, i), Raw: raw})
	}
	return set, nil
}

// objectKey is the member that sources use for the key too, or the position.
func objectKey(o any, position int) string {
	if members, ok := o.(map[string]any); ok {
		for _, name := range []string{"id", "Id", "Identity", "Name", "DomainName", "Domain", "domain", "userPrincipalName"} {
			if key, ok := members[name].(string); ok && key != "" {
				return key
			}
		}
	}
	return strconv.Itoa(position)
}
