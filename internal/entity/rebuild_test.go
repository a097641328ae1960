// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// states are what some data sets can hold, in groups that derivations bring
// together in different ways.
var states = map[string][]string{
	"graph/users": {
		`{"id":"u1","displayName":"Ada","userType":"Member","accountEnabled":true}`, `{"id":"u1","displayName":"Ada","userType":"Member","accountEnabled":false}`,
		`{"id":"u2","displayName":"Bob","userType":"Guest","accountEnabled":true}`,
	},
	"graph/reports/authenticationMethods/userRegistrationDetails": {
		`{"id":"u1","isMfaRegistered":true,"methodsRegistered":["fido2SecurityKey"]}`, `{"id":"u1","isMfaRegistered":false,"methodsRegistered":[]}`,
	},
	"graph/groups":                       {`{"id":"g1","displayName":"G","members":["u1"]}`, `{"id":"g1","displayName":"G","members":[]}`},
	"scubagear/privilegedUsers":          {`{"id":"u1","displayName":"Ada","roles":["Global Administrator"],"onPremisesImmutableId":null}`},
	"exchange/Mailbox":                   {`{"Identity":"u1","DisplayName":"Ada","PrimarySmtpAddress":"ada@a.example","AuditEnabled":true}`, `{"Identity":"u1","DisplayName":"Ada","PrimarySmtpAddress":"ada@b.example","AuditEnabled":true}`},
	"exchange/AcceptedDomain":            {`{"DomainName":"a.example"}`, `{"DomainName":"b.example"}`},
	"exchange/HostedContentFilterPolicy": {`{"Name":"Default","IsDefault":true,"BulkThreshold":7}`, `{"Name":"Default","IsDefault":true,"BulkThreshold":5}`},
	"exchange/HostedContentFilterRule":   {`{"Name":"R"}`},
	"exchange/TransportRule":             {`{"Name":"R","State":"Enabled","Mode":"Enforce","RedirectMessageTo":["x@b.example"],"BlindCopyTo":null,"CopyTo":null,"AddToRecipients":null}`},
	"graph/organization":                 {`{"id":"o","onPremisesSyncEnabled":true,"onPremisesLastPasswordSyncDateTime":"2026-01-15T00:00:00Z"}`},
	"graph/policies/authorizationPolicy": {`{"id":"p","allowInvitesFrom":"none"}`, `{"id":"p","allowInvitesFrom":"everyone"}`},
	"sharepoint/tenant":                  {`{"SharingCapability":1}`, `{"SharingCapability":2}`},
}

// draw changes a few data sets of an evidence and shares all others with it.
func draw(t *rapid.T, before *posture.Evidence) *posture.Evidence {
	e := &posture.Evidence{Name: "Org", At: before.At, Sets: maps.Clone(before.Sets)}
	if e.Sets == nil {
		e.Sets = make(map[string]*posture.DataSet)
	}
	if rapid.Bool().Draw(t, "later") {
		e.At = before.At.Add(48 * time.Hour)
	}
	for _, name := range slices.Sorted(maps.Keys(states)) {
		switch rapid.IntRange(0, 5).Draw(t, name) {
		case 0:
			set := &posture.DataSet{Name: name}
			for i, raw := range states[name] {
				if rapid.Bool().Draw(t, "object") {
					set.Objects = append(set.Objects, posture.Object{Key: fmt.Sprintf("u%d", i+1), Raw: []byte(raw)})
				}
			}
			e.Sets[name] = set
		case 1:
			e.Sets[name] = &posture.DataSet{Name: name, Missing: posture.Reason{Code: posture.Failed, Detail: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "why")}}
		}
	}
	return e
}

// content is everything that a model says.
func content(m *entity.Model) map[string]string {
	all := make(map[string]string)
	for _, kind := range m.Schema.Kinds() {
		t := m.Table(kind)
		var text strings.Builder
		fmt.Fprintln(&text, t.Missing, t.Aggregate, t.Keys, t.Names)
		for i, f := range t.Spec.Fields {
			for row := range t.Len() {
				v, known := t.Column(i).Value(row)
				fmt.Fprintln(&text, f.Name, row, v, known, t.Column(i).Why(row))
			}
		}
		all[string(kind)] = text.String()
	}
	return all
}

// A model that shares what it can with the one before says the same as one
// that was built from nothing, and the one before stays what it was.
func TestRebuildIsBuild(t *testing.T) {
	t.Parallel()
	s := entity.Standard()
	rapid.Check(t, func(t *rapid.T) {
		e := &posture.Evidence{At: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)}
		m := entity.Build(s, e, nil)
		for range rapid.IntRange(1, 4).Draw(t, "steps") {
			e = draw(t, e)
			intended := map[string]bool{"u1": rapid.IntRange(0, 3).Draw(t, "intended") == 0}
			before := content(m)
			next := entity.Rebuild(m, s, e, intended)
			if diff := cmp.Diff(content(entity.Build(s, e, intended)), content(next)); diff != "" {
				t.Fatalf("rebuilt model (-built +rebuilt):\n%s", diff)
			}
			if diff := cmp.Diff(before, content(m)); diff != "" {
				t.Fatalf("the model before has changed (-before +after):\n%s", diff)
			}
			m = next
		}
	})
}

func TestRebuildShares(t *testing.T) {
	t.Parallel()
	s := entity.Standard()
	sets := make(map[string]*posture.DataSet)
	for name, objects := range states {
		sets[name] = &posture.DataSet{Name: name, Objects: []posture.Object{{Key: "u1", Raw: []byte(objects[0])}}}
	}
	first := entity.Build(s, &posture.Evidence{Name: "Org", At: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC), Sets: sets}, nil)
	tests := []struct {
		name    string
		other   string // data set with other objects
		later   bool
		done    []posture.Kind // done again
		shared  []posture.Kind
		account map[string]bool
	}{
		{"nothing changed", "", false, nil, s.Kinds(), nil},
		{"another time", "", true, []posture.Kind{"organization"}, []posture.Kind{"user", "mailbox", "sharePointTenant"}, nil},
		{"other users", "graph/users", false, []posture.Kind{"user", "admin", "tenant", "privilegedUser"}, []posture.Kind{"mailbox", "sharePointTenant", "mailDomain"}, nil},
		{"other methods", "graph/reports/authenticationMethods/userRegistrationDetails", false, []posture.Kind{"user", "admin"}, []posture.Kind{"mailbox"}, nil},
		{"other policies", "exchange/HostedContentFilterPolicy", false, []posture.Kind{"mailbox", "spamPolicy"}, []posture.Kind{"user", "mailDomain"}, nil},
		{"other domains", "exchange/AcceptedDomain", false, []posture.Kind{"mailbox", "mailDomain", "mailForwarding"}, []posture.Kind{"user"}, nil},
		{"another emergency account", "", false, s.Kinds(), nil, map[string]bool{"u1": true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := &posture.Evidence{Name: "Org", At: first.At, Sets: maps.Clone(sets)}
			if tt.later {
				e.At = e.At.Add(time.Hour)
			}
			if tt.other != "" {
				e.Sets[tt.other] = &posture.DataSet{Name: tt.other, Objects: slices.Clone(sets[tt.other].Objects)}
			}
			m := entity.Rebuild(first, s, e, tt.account)
			for _, kind := range tt.done {
				if m.Shares(first, kind) {
					t.Errorf("%s was taken over", kind)
				}
			}
			for _, kind := range tt.shared {
				if !m.Shares(first, kind) {
					t.Errorf("%s was made again", kind)
				}
			}
		})
	}
}
