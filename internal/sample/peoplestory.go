// SPDX-License-Identifier: Apache-2.0

package sample

import "fmt"

// peopleStory is about people who come, go and join.
func peopleStory() []event {
	return []event{
		{21, "Mailboxes that kept no audit log keep one.", on(func(o *org) error {
			return o.each(func(p *person) bool { return p.unaudited }, func(p *person) { p.unaudited = false })
		})},
		{54, "Shared mailboxes can no longer be signed in to.", on(func(o *org) error {
			return o.each(func(p *person) bool { return p.shared && p.enabled }, func(p *person) { p.enabled = false })
		})},
		{90, "Guests who have been gone for long are removed.", on(func(o *org) error {
			return o.leave(func(p *person) bool { return p.guest && p.silent })
		})},
		{150, "Fabrikam Parts joins with 74 people, none of them registered.", all(
			plainly(func(o *org) { o.acquire(74, fabrikam) }),
			put(domains, object{"id": fabrikam, "isVerified": true, "isRoot": true, "isDefault": false, "isInitial": false, "authenticationType": "Managed", "passwordValidityPeriodInDays": 180, "supportedServices": []any{"Email"}}),
		)},
		{162, "Passwords of Fabrikam Parts do not expire any more.", setOf(domains, fabrikam, "passwordValidityPeriodInDays", never)},
		{240, "The Engineering team is private.", plainly(func(o *org) {
			o.groups[3].public = false
			o.changed(groupSet)
		})},
		{267, "A project brings thirty guests.", plainly(func(o *org) { o.invite(30) })},
		{342, "The per-user settings of multifactor authentication are cleared up.", on(func(o *org) error {
			return o.each(func(p *person) bool { return p.perUser != "disabled" }, func(p *person) { p.perUser = "disabled" })
		})},
		{375, "Only privileged administrators change who is left out of Conditional Access.", plainly(func(o *org) {
			o.groups[1].restricted = true
			o.changed(groupSet)
		})},
	}
}

// registrationCampaign asks people to register, one group after the other.
func registrationCampaign() []event {
	var events []event
	for week, name := range departments() {
		events = append(events,
			event{78 + 6*week, fmt.Sprintf("The registration campaign reaches %s.", name), on(func(o *org) error { return o.register(45, name) })},
		)
	}
	for week := range 6 {
		events = append(events, event{156 + 9*week, "The campaign goes on where Fabrikam Parts and latecomers work.", on(func(o *org) error { return o.register(30, "") })})
	}
	for week := range 4 {
		events = append(events, event{288 + 12*week, "People put a passkey in place of the telephone.", on(func(o *org) error { return o.strengthen(40) })})
	}
	return append(events, event{384, "The last latecomers register.", on(func(o *org) error { return o.register(40, "") })})
}

// monthEnds are days on which sign-ins and contacts of devices are read anew,
// and on which people have come and gone.
func monthEnds() []event {
	var events []event
	for day := 6; day < Days-20; day += 30 {
		events = append(events, event{day, "People have come and gone, and sign-ins are read anew.", plainly(func(o *org) {
			o.turnOver(3)
			o.signInAgain()
			o.checkIn()
		})})
	}
	return append(events, event{Days, "Sign-ins and devices are read anew.", plainly(func(o *org) {
		o.signInAgain()
		o.checkIn()
	})})
}
