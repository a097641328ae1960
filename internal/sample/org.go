// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"errors"
	"math/rand/v2"
	"time"

	"securescore/internal/posture"
)

// object is one raw object, as a service would answer it.
type object = map[string]any

// org is the organisation as it stands on one day.
type org struct {
	start, today time.Time
	random       *rand.Rand
	people       []*person
	numbered     int // how many people there have ever been
	devices      []*device
	groups       []group
	roles        map[string]*roleRules // by template id
	// sets are the data sets of configuration; made are those that stand for
	// people, roles and devices and are rendered from them.
	sets map[string][]object
	made map[string]func() []posture.Object
	// missing says why a data set could not be read.
	missing map[string]posture.Reason
	// rendered are the objects of each data set; stale ones may have changed.
	rendered map[string][]posture.Object
	stale    map[string]bool
}

// newOrg makes the organisation as it is on its first day.
func newOrg(start time.Time) (*org, error) {
	o := &org{
		start: start, today: start,
		random:   rand.New(rand.NewPCG(2026, 1)),
		roles:    firstRoleRules(),
		rendered: make(map[string][]posture.Object), stale: make(map[string]bool), missing: firstGaps(),
	}
	o.made = o.makers()
	o.hire()
	o.appoint()
	o.equip()
	o.gather()
	sets, err := readSettings(o)
	o.sets = sets
	return o, err
}

// changed says that the named data sets are to be rendered again.
func (o *org) changed(sets ...string) {
	for _, set := range sets {
		o.stale[set] = true
	}
}

// day is a day of the history as a time.
func (o *org) day(n int) time.Time { return o.start.AddDate(0, 0, n) }

// firstGaps are the data sets that the organisation has never been able to
// read, so that this state shows too.
func firstGaps() map[string]posture.Reason {
	return map[string]posture.Reason{
		"exchange/RoleAssignmentPolicy":            {Code: posture.Permission, Detail: "exchange/RoleAssignmentPolicy: the role View-Only Configuration of Exchange is missing"},
		"scubagear/legacyExchangeServicePrincipal": {Code: posture.Permission, Detail: "scubagear/legacyExchangeServicePrincipal: the permission Application.Read.All is missing"},
		"exchange/OrganizationRelationship":        {Code: posture.NotCollected, Detail: "exchange/OrganizationRelationship was not collected"},
	}
}

// fail lets a data set be unreadable from now on.
func (o *org) fail(set string, why posture.Reason) error {
	if _, already := o.missing[set]; already {
		return errors.New(set + " cannot be read already")
	}
	o.missing[set] = why
	return nil
}

// recover lets a data set be read again.
func (o *org) recover(set string) error {
	if _, failed := o.missing[set]; !failed {
		return errors.New(set + " can be read already")
	}
	delete(o.missing, set)
	return nil
}
