// SPDX-License-Identifier: Apache-2.0

package sample

import "fmt"

// deviceStory is about computers and phones.
func deviceStory() []event {
	var events []event
	for round := range 5 {
		events = append(events, event{63 + 15*round, fmt.Sprintf("Encryption campaign, round %d: computers with Windows.", round+1), on(func(o *org) error { return o.encrypt(50, "Windows") })})
	}
	for round := range 4 {
		events = append(events,
			event{174 + 12*round, "Computers that failed their policies are mended.", on(func(o *org) error { return o.comply(70) })},
			event{207 + 21*round, fmt.Sprintf("Windows 10 is replaced, round %d.", round+1), on(func(o *org) error { return o.upgrade(45, windows10, windows24H2) })},
		)
	}
	return append(
		events,
		event{135, "Encryption campaign: Macs.", on(func(o *org) error { return o.encrypt(80, "macOS") })},
		event{153, "Rooted phones are retired.", on(func(o *org) error { return o.retire(func(d *device) bool { return d.rooted }) })},
		event{180, "Devices that nobody has seen for half a year are retired.", on(func(o *org) error {
			return o.retire(func(d *device) bool { return d.silent && d.seen.Before(o.today.AddDate(0, 0, -180)) })
		})},
		event{252, "Encryption campaign: phones with Android.", on(func(o *org) error { return o.encrypt(90, "Android") })},
		event{297, "Computers with version 23H2 are brought up to date.", on(func(o *org) error { return o.upgrade(80, windows23H2, windows25H2) })},
		event{330, "Twenty laptops of the closed workshop fall silent.", on(func(o *org) error {
			return o.mend(20, func(d *device) bool { return d.system == "Windows" && !d.silent && !d.personal }, func(d *device) { d.silent, d.seen = true, o.today.AddDate(0, 0, -2) })
		})},
		event{360, "More computers with version 23H2 are brought up to date.", on(func(o *org) error { return o.upgrade(60, windows23H2, windows25H2) })},
		event{393, "The last computers that failed their policies are mended.", on(func(o *org) error { return o.comply(60) })},
	)
}
