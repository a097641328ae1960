// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"fmt"
	"slices"
	"time"

	"securescore/internal/posture"
)

type user struct {
	ID        string `json:"id"`
	Name      string `json:"displayName"`
	Principal string `json:"userPrincipalName"`
	Enabled   bool   `json:"accountEnabled"`
	Type      string `json:"userType"`
	// Null stands for none in these.
	Department *string `json:"department"`
	Invitation *string `json:"externalUserState"`
	Synced     *bool   `json:"onPremisesSyncEnabled"`
	Immutable  *string `json:"onPremisesImmutableId"`

	Created  string    `json:"createdDateTime"`
	Activity activity  `json:"signInActivity"`
	Licences []licence `json:"assignedLicenses"`
	Plans    []plan    `json:"assignedPlans"`
}

type activity struct {
	Last string `json:"lastSignInDateTime"`
}

type licence struct {
	SKU      string   `json:"skuId"`
	Disabled []string `json:"disabledPlans"`
}

type plan struct {
	Service string `json:"service"`
	Status  string `json:"capabilityStatus"`
	ID      string `json:"servicePlanId"`
}

func (o *org) users() []posture.Object {
	yes := true
	list := make([]posture.Object, 0, len(o.people))
	for _, p := range o.people {
		u := user{
			ID: p.id, Name: p.name, Principal: p.principal, Enabled: p.enabled, Type: "Member", Department: optional(p.department),
			Immutable: p.immutable(), Created: moment(p.created), Activity: activity{moment(p.seen)}, Licences: []licence{}, Plans: []plan{},
		}
		if p.guest {
			u.Type, u.Invitation = "Guest", optional("Accepted")
		}
		if p.synced {
			u.Synced = &yes
		}
		if p.licensed {
			u.Licences = []licence{{"05e9a617-0261-4cee-bb44-138d3ef5d965", []string{}}}
			u.Plans = []plan{
				{"exchange", "Enabled", "efb87545-963c-4e0d-99df-69c6916d9eb0"}, {"MicrosoftOffice", "Enabled", "43de0ff5-c92c-492b-9116-175376d08c38"},
			}
		}
		list = append(list, posture.Object{Key: p.id, Raw: raw(u)})
	}
	return list
}

// immutable is what ties the account to one on premises.
func (p *person) immutable() *string {
	if !p.synced {
		return nil
	}
	return optional(p.id[:8] + p.id[9:13] + "AAAA==")
}

type registration struct {
	ID           string   `json:"id"`
	Principal    string   `json:"userPrincipalName"`
	Name         string   `json:"userDisplayName"`
	Type         string   `json:"userType"`
	Admin        bool     `json:"isAdmin"`
	Registered   bool     `json:"isMfaRegistered"`
	Capable      bool     `json:"isMfaCapable"`
	Passwordless bool     `json:"isPasswordlessCapable"`
	ResetReady   bool     `json:"isSsprRegistered"`
	ResetEnabled bool     `json:"isSsprEnabled"`
	ResetCapable bool     `json:"isSsprCapable"`
	Methods      []string `json:"methodsRegistered"`
	Updated      string   `json:"lastUpdatedDateTime"`
}

func (o *org) registrations() []posture.Object {
	list := make([]posture.Object, 0, len(o.people))
	for _, p := range o.people {
		has := len(p.methods) > 0
		reset := p.licensed && (len(p.methods) > 1 || slices.Contains(p.methods, "mobilePhone"))
		r := registration{
			ID: p.id, Principal: p.principal, Name: p.name, Type: "member", Admin: len(p.holds) > 0, Registered: has, Capable: has,
			Passwordless: slices.ContainsFunc(p.methods, passwordless), ResetReady: reset, ResetEnabled: p.licensed, ResetCapable: reset,
			Methods: texts(p.methods), Updated: moment(later(p.registered, p.created)),
		}
		if p.guest {
			r.Type = "guest"
		}
		list = append(list, posture.Object{Key: p.id, Raw: raw(r)})
	}
	return list
}

func passwordless(method string) bool {
	return method == "fido2SecurityKey" || method == "windowsHelloForBusiness" || method == "passKeyDeviceBoundAuthenticator"
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

type requirement struct {
	ID      string `json:"id"`
	PerUser string `json:"perUserMfaState"`
}

func (o *org) requirements() []posture.Object {
	list := make([]posture.Object, 0, len(o.people))
	for _, p := range o.people {
		list = append(list, posture.Object{Key: p.id, Raw: raw(requirement{p.id, p.perUser})})
	}
	return list
}

type mailbox struct {
	Identity   string   `json:"Identity"`
	Object     string   `json:"ExternalDirectoryObjectId"`
	Name       string   `json:"DisplayName"`
	Principal  string   `json:"UserPrincipalName"`
	Address    string   `json:"PrimarySmtpAddress"`
	Addresses  []string `json:"EmailAddresses"`
	Type       string   `json:"RecipientTypeDetails"`
	Audited    bool     `json:"AuditEnabled"`
	Forwarding *string  `json:"ForwardingSmtpAddress"`
	Recipient  *string  `json:"ForwardingAddress"` // never used here
	Keeps      bool     `json:"DeliverToMailboxAndForward"`
}

func (o *org) mailboxes() []posture.Object {
	list := make([]posture.Object, 0, len(o.people))
	for _, p := range o.people {
		if !p.shared && !p.licensed {
			continue
		}
		m := mailbox{
			Identity: p.id, Object: p.id, Name: p.name, Principal: p.principal, Address: p.principal, Addresses: []string{"SMTP:" + p.principal},
			Type: "UserMailbox", Audited: !p.unaudited, Forwarding: optional(p.forwards), Keeps: p.forwards != "",
		}
		if p.shared {
			m.Type = "SharedMailbox"
		}
		list = append(list, posture.Object{Key: p.id, Raw: raw(m)})
	}
	return list
}

// signIns are those of the last days with an old protocol, and a few others.
func (o *org) signIns() []object {
	list := []object{}
	for n, p := range o.people {
		for i := range p.legacy {
			list = append(list, signIn(p, i, "IMAP4"))
		}
		if n%150 == 3 && p.enabled {
			list = append(list, signIn(p, 99, "Browser"))
		}
	}
	return list
}

func signIn(p *person, n int, client string) object {
	return object{
		"id": fmt.Sprintf("%s-%02d", p.id, n), "userId": p.id, "userPrincipalName": p.principal, "clientAppUsed": client,
		"status": object{"errorCode": 0},
	}
}
