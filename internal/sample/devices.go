// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// deviceCount is the number of managed devices.
const deviceCount = 900

// device is a managed device.
type device struct {
	id, name, system, version      string
	owner                          *person
	compliant, encrypted, personal bool
	rooted                         bool
	enrolled, seen                 time.Time
	silent                         bool // speaks with the service no more
}

// Versions of Windows.
const (
	windows10   = "10.0.19045.5854"
	windows23H2 = "10.0.22631.5335"
	windows24H2 = "10.0.26100.4061"
	windows25H2 = "10.0.26200.7019"
)

// equip hands out devices.
func (o *org) equip() {
	systems := []struct{ name, version string }{
		{"Windows", windows24H2},
		{"Windows", windows23H2},
		{"Windows", windows10},
		{"Windows", windows10},
		{"macOS", "15.5 (24F74)"},
		{"iOS", "18.5"},
		{"Android", "15"},
	}
	for n := range deviceCount {
		s := systems[o.random.IntN(len(systems))]
		d := &device{
			id: uuid("device", n), name: fmt.Sprintf("CON-%s-%04d", strings.ToUpper(s.name[:3]), n), system: s.name, version: s.version,
			owner: o.people[60+o.random.IntN(members-60)], personal: (s.name == "iOS" || s.name == "Android") && o.random.IntN(3) > 0,
			enrolled: o.today.AddDate(0, 0, -20-o.random.IntN(900)), seen: o.today.Add(-time.Duration(o.random.IntN(12*24)) * time.Hour),
		}
		d.encrypted = s.name == "iOS" || o.random.IntN(10) > 5
		d.compliant = d.encrypted && o.random.IntN(10) > 3
		d.rooted = s.name == "Android" && o.random.IntN(30) == 0
		if n%45 == 7 {
			d.silent, d.seen = true, o.today.AddDate(0, 0, -20-n/4)
		}
		o.devices = append(o.devices, d)
	}
}

// mend changes up to n devices that the test takes.
func (o *org) mend(n int, takes func(*device) bool, do func(*device)) error {
	done := 0
	for _, d := range o.devices {
		if done < n && takes(d) {
			do(d)
			done++
		}
	}
	if done == 0 {
		return errors.New("there is no device like that")
	}
	o.changed(deviceSet)
	return nil
}

// encrypt lets up to n devices of a system that are not encrypted become so.
func (o *org) encrypt(n int, system string) error {
	return o.mend(n, func(d *device) bool { return !d.encrypted && !d.silent && d.system == system }, func(d *device) { d.encrypted = true })
}

// upgrade brings up to n computers to a version of Windows.
func (o *org) upgrade(n int, from, to string) error {
	return o.mend(n, func(d *device) bool { return !d.silent && d.version == from }, func(d *device) { d.version = to })
}

// comply lets up to n encrypted devices meet their policies.
func (o *org) comply(n int) error {
	return o.mend(n, func(d *device) bool { return !d.compliant && d.encrypted && !d.rooted && !d.silent }, func(d *device) { d.compliant = true })
}

// checkIn moves the last contact of all devices that are in use.
func (o *org) checkIn() {
	for _, d := range o.devices {
		if !d.silent {
			d.seen = o.today.Add(-time.Duration(o.random.IntN(12*24)) * time.Hour)
		}
	}
	o.changed(deviceSet)
}

// retire takes all devices away that the test takes.
func (o *org) retire(takes func(*device) bool) error {
	var kept []*device
	for _, d := range o.devices {
		if !takes(d) {
			kept = append(kept, d)
		}
	}
	if len(kept) == len(o.devices) {
		return errors.New("there is no device like that")
	}
	o.devices = kept
	o.changed(deviceSet)
	return nil
}
