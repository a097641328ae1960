// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"securescore/internal/posture"
)

// The data sets that are made from people, roles, groups and devices.
const (
	userSet         = "graph/users"
	registrationSet = "graph/reports/authenticationMethods/userRegistrationDetails"
	requirementSet  = "graph/users/authentication/requirements"
	signInSet       = "graph/auditLogs/signIns"
	assignmentSet   = "graph/roleManagement/directory/roleAssignmentScheduleInstances"
	eligibilitySet  = "graph/roleManagement/directory/roleEligibilityScheduleInstances"
	privilegedSet   = "scubagear/privilegedUsers"
	rolePolicySet   = "graph/policies/roleManagementPolicyAssignments"
	groupSet        = "graph/groups"
	mailboxSet      = "exchange/Mailbox"
	deviceSet       = "graph/deviceManagement/managedDevices"
)

// makers are what writes each of these data sets.
func (o *org) makers() map[string]func() []posture.Object {
	return map[string]func() []posture.Object{
		userSet: o.users, registrationSet: o.registrations, requirementSet: o.requirements, mailboxSet: o.mailboxes, deviceSet: o.managedDevices,
		signInSet:      func() []posture.Object { return written(o.signIns()) },
		assignmentSet:  func() []posture.Object { return written(o.holdings(false)) },
		eligibilitySet: func() []posture.Object { return written(o.holdings(true)) },
		privilegedSet:  func() []posture.Object { return written(o.privilegedUsers()) },
		rolePolicySet:  func() []posture.Object { return written(o.rolePolicies()) },
		groupSet:       func() []posture.Object { return written(o.groupObjects()) },
	}
}

// evidence is everything that a reading of today would give.
func (o *org) evidence() *posture.Evidence {
	e := &posture.Evidence{
		Source: "sample", Organisation: Organisation, Name: Name, Domain: Domain, At: o.today, Sample: true,
		Sets: make(map[string]*posture.DataSet, len(o.sets)+len(o.made)),
	}
	for name, objects := range o.sets {
		e.Sets[name] = o.set(name, func() []posture.Object { return written(objects) })
	}
	for name, made := range o.made {
		e.Sets[name] = o.set(name, made)
	}
	return e
}

// set renders a data set. Objects that came out as they were are those of
// before, so that nobody has to look at them again.
func (o *org) set(name string, objects func() []posture.Object) *posture.DataSet {
	set := &posture.DataSet{Name: name, FetchedAt: o.today, Missing: o.missing[name]}
	if !set.Collected() {
		return set
	}
	known, ok := o.rendered[name]
	if !ok || o.stale[name] {
		set.Objects = objects()
		set.Sort()
		if !ok || !slices.EqualFunc(known, set.Objects, equal) {
			known = set.Objects
		}
		o.rendered[name] = known
		delete(o.stale, name)
	}
	set.Objects = known
	return set
}

func equal(a, b posture.Object) bool { return a.Key == b.Key && bytes.Equal(a.Raw, b.Raw) }

// written writes objects as JSON, each under its own key or its position.
func written(objects []object) []posture.Object {
	list := make([]posture.Object, len(objects))
	for i, obj := range objects {
		k := key(obj)
		if k == "" {
			k = strconv.Itoa(i)
		}
		list[i] = posture.Object{Key: k, Raw: raw(obj)}
	}
	return list
}

// raw writes a value that is made of plain values only.
func raw(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic("sample: " + err.Error())
	}
	return text
}

// moment writes a time as the services do.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// optional is null for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// texts is an empty list for none.
func texts(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

type managedDevice struct {
	ID         string `json:"id"`
	Name       string `json:"deviceName"`
	System     string `json:"operatingSystem"`
	Version    string `json:"osVersion"`
	Compliance string `json:"complianceState"`
	Encrypted  bool   `json:"isEncrypted"`
	Jailbreak  string `json:"jailBroken"`
	Owner      string `json:"managedDeviceOwnerType"`
	Agent      string `json:"managementAgent"`
	Enrolled   string `json:"enrolledDateTime"`
	Seen       string `json:"lastSyncDateTime"`
	User       string `json:"userPrincipalName"`
	Registered bool   `json:"azureADRegistered"`
}

func (o *org) managedDevices() []posture.Object {
	list := make([]posture.Object, 0, len(o.devices))
	for _, d := range o.devices {
		m := managedDevice{
			ID: d.id, Name: d.name, System: d.system, Version: d.version, Compliance: "noncompliant", Encrypted: d.encrypted, Jailbreak: "False",
			Owner: "company", Agent: "mdm", Enrolled: moment(d.enrolled), Seen: moment(d.seen), User: d.owner.principal, Registered: true,
		}
		if d.compliant {
			m.Compliance = "compliant"
		}
		if d.personal {
			m.Owner = "personal"
		}
		switch {
		case d.rooted:
			m.Jailbreak = "True"
		case d.system == "Windows" || d.system == "macOS":
			m.Jailbreak = "Unknown"
		}
		list = append(list, posture.Object{Key: d.id, Raw: raw(m)})
	}
	return list
}

func (o *org) groupObjects() []object {
	list := make([]object, 0, len(o.groups))
	for n := range o.groups {
		g := &o.groups[n]
		ids := []string{}
		for _, p := range o.people {
			if g.holds(p) {
				ids = append(ids, p.id)
			}
		}
		visibility := "Private"
		if g.public {
			visibility = "Public"
		}
		list = append(list, object{
			"id": uuid("group", n), "displayName": g.name, "mailNickname": g.nickname, "groupTypes": texts(g.kind), "visibility": visibility,
			"securityEnabled": g.kind == nil, "isAssignableToRole": g.assignable, "isManagementRestricted": g.restricted,
			"membershipRule": optional(g.dynamic), "members": ids,
		})
	}
	return list
}

// privilegedUsers are the holders of the largest roles.
func (o *org) privilegedUsers() []object {
	list, top := []object{}, topRoles()
	for _, p := range o.people {
		var roles []string
		for _, h := range p.holds {
			if name := top[h.role]; name != "" && !slices.Contains(roles, name) {
				roles = append(roles, name)
			}
		}
		if len(roles) > 0 {
			list = append(list, object{"id": p.id, "displayName": p.name, "onPremisesImmutableId": p.immutable(), "roles": roles})
		}
	}
	return list
}
