// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// How many people the organisation has on its first day.
const (
	members = 1040
	guests  = 86
	shared  = 14
)

// Domains of the organisation beside its own.
const (
	parts    = "contoso-parts.example"
	fabrikam = "fabrikam.example" // of a company that joins
)

// person is a user of the directory, with what the registration report says of
// them and with their mailbox.
type person struct {
	id, name, principal string
	department          string
	guest               bool
	shared              bool // a shared mailbox, nobody should sign in
	service             bool // an account that a program signs in with
	enabled             bool
	synced              bool // comes from the directory on premises
	licensed            bool
	created             time.Time
	seen                time.Time // last sign-in
	silent              bool      // signs in no more
	methods             []string
	registered          time.Time
	perUser             string // state of the older MFA of each user
	legacy              int    // sign-ins with an old protocol
	unaudited           bool   // the mailbox keeps no audit log
	forwards            string // where the mailbox forwards everything
	holds               []holding
}

// hire makes everybody who is there on the first day.
func (o *org) hire() {
	for n := range members {
		domain := Domain
		if n > 60 && n%5 == 0 {
			domain = parts
		}
		p := o.person(domain)
		p.created = o.today.AddDate(0, 0, -30-o.random.IntN(1400))
		p.licensed = true
		if o.random.IntN(100) < 38 {
			o.enrol(p)
		}
		if p.enabled && o.random.IntN(100) < 4 {
			p.perUser = "enforced"
		}
		p.unaudited, p.legacy = n%47 == 11, n%33/32
		if n%211 == 17 {
			p.forwards = fmt.Sprintf("smtp:%s%d@tailspin.example", plainASCII(p.name), n)
		}
		o.people = append(o.people, p)
	}
	for n, p := range o.invite(guests) {
		p.created = o.today.AddDate(0, 0, -10-o.random.IntN(700))
		if n%11 == 0 {
			p.seen, p.silent = o.today.AddDate(0, 0, -130-n), true
		}
	}
	for n := range shared {
		p := o.person(Domain)
		p.name, p.principal = fmt.Sprintf("Shared mailbox %02d", n+1), fmt.Sprintf("shared%02d@%s", n+1, Domain)
		p.shared, p.department, p.synced, p.silent = true, "Operations", false, true
		p.enabled = n%3 == 0 // some were never blocked from signing in
		p.created = o.today.AddDate(0, 0, -400-n)
		o.people = append(o.people, p)
	}
}

// person makes one with a name of its own.
func (o *org) person(domain string) *person {
	n := o.numbered
	o.numbered++
	given, family, dep := givenNames(), familyNames(), departments()
	g, f := given[o.random.IntN(len(given))], family[o.random.IntN(len(family))]
	return &person{
		id: uuid("user", n), name: g + " " + f,
		principal:  fmt.Sprintf("%s.%s%d@%s", plainASCII(g), plainASCII(f), n, domain),
		department: dep[o.random.IntN(len(dep))], enabled: o.random.IntN(40) != 0, synced: o.random.IntN(10) < 7,
		created: o.today, seen: o.today.AddDate(0, 0, -o.random.IntN(14)), perUser: "disabled",
	}
}

// enrol registers a sign-in method of a person.
func (o *org) enrol(p *person) {
	choices := [][]string{
		{"microsoftAuthenticatorPush"},
		{"microsoftAuthenticatorPush", "softwareOneTimePasscode"},
		{"mobilePhone"},
		{"microsoftAuthenticatorPush", "mobilePhone"},
		{"windowsHelloForBusiness", "microsoftAuthenticatorPush"},
		{"fido2SecurityKey"},
	}
	p.methods, p.registered = choices[o.random.IntN(len(choices))], o.today
}

// register lets up to n members who have no method yet register one: those of
// one department, or anybody.
func (o *org) register(n int, department string) error {
	done := 0
	for _, p := range o.people {
		if done < n && len(p.methods) == 0 && p.enabled && p.licensed && !p.service && (department == "" || p.department == department) {
			o.enrol(p)
			done++
		}
	}
	if done == 0 {
		return errors.New("everybody is registered")
	}
	o.changed(registrationSet)
	return nil
}

// strengthen gives up to n registered members a key in place of the telephone.
func (o *org) strengthen(n int) error {
	done := 0
	for _, p := range o.people {
		if done < n && p.licensed && slices.Contains(p.methods, "mobilePhone") {
			p.methods = slices.DeleteFunc(slices.Clone(p.methods), func(m string) bool { return m == "mobilePhone" })
			p.methods, p.registered = append(p.methods, "passKeyDeviceBoundAuthenticator"), o.today
			done++
		}
	}
	if done == 0 {
		return errors.New("nobody uses a telephone")
	}
	o.changed(registrationSet)
	return nil
}

// acquire adds the people of a company that joins, none of them registered.
func (o *org) acquire(n int, domain string) {
	for range n {
		p := o.person(domain)
		p.licensed, p.enabled, p.synced = true, true, false
		o.people = append(o.people, p)
	}
	o.peopleChanged()
}

// invite adds guests and returns them.
func (o *org) invite(n int) []*person {
	first := len(o.people)
	for range n {
		p := o.person("northwind.example")
		p.guest, p.synced, p.department = true, false, ""
		p.principal = strings.ReplaceAll(p.principal, "@", "_") + "#EXT#@contoso.onmicrosoft.com"
		o.people = append(o.people, p)
	}
	o.peopleChanged()
	return o.people[first:]
}

// turnOver lets some people leave and others come, one of them for each.
func (o *org) turnOver(n int) {
	for range n {
		leaver := o.people[100+o.random.IntN(members-100)]
		leaver.enabled, leaver.silent, leaver.methods, leaver.licensed = false, true, nil, false
	}
	o.acquire(n, Domain)
}

// leave takes everybody out of the directory whom the test takes.
func (o *org) leave(takes func(*person) bool) error {
	before := len(o.people)
	o.people = slices.DeleteFunc(o.people, takes)
	if len(o.people) == before {
		return errors.New("there is nobody like that")
	}
	o.peopleChanged()
	return nil
}

// signInAgain moves the last sign-in of everybody who still works here.
func (o *org) signInAgain() {
	for _, p := range o.people {
		if p.enabled && !p.silent {
			p.seen = o.today.Add(-time.Duration(o.random.IntN(14*24)) * time.Hour)
		}
	}
	o.changed(userSet)
}

// each changes all people whom the test takes; it is a fault of the story when
// there is none.
func (o *org) each(takes func(*person) bool, do func(*person)) error {
	n := 0
	for _, p := range o.people {
		if takes(p) {
			do(p)
			n++
		}
	}
	if n == 0 {
		return errors.New("there is nobody like that")
	}
	o.peopleChanged()
	return nil
}

// peopleChanged drops everything that is rendered from people.
func (o *org) peopleChanged() {
	o.changed(userSet, registrationSet, requirementSet, signInSet, assignmentSet, eligibilitySet, privilegedSet, groupSet, mailboxSet)
}

// uuid is the same for the same thing every time.
func uuid(what string, n int) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%s %d", what, n))
	s := hex.EncodeToString(h[:16])
	return s[:8] + "-" + s[8:12] + "-4" + s[13:16] + "-8" + s[17:20] + "-" + s[20:]
}

func plainASCII(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == 'ë':
			return 'e'
		case r == 'č':
			return 'c'
		}
		return -1
	}, name)
}
