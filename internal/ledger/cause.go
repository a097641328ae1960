// SPDX-License-Identifier: Apache-2.0

package ledger

import "slices"

// Series names one chain of entries of a tenant.
type Series string

// The series. Own holds what this product measured; Microsoft holds imported
// secure scores, back-dated to their days.
const (
	Own       Series = "own"
	Microsoft Series = "microsoft"
)

// AllSeries returns every series.
func AllSeries() []Series { return []Series{Own, Microsoft} }

// Valid reports whether s is one of the series.
func (s Series) Valid() bool { return slices.Contains(AllSeries(), s) }

// Cause says why points changed.
type Cause string

// The causes. The first nine are the steps of a run in the order in which it
// is telescoped: the old evidence under the new catalogue; a source that
// began, failed or recovered; exemptions; decisions; entities that entered or
// left scope; the passing of time; configuration; and the own record of a user
// or a device. Imported and Residual belong to the series of Microsoft, and
// Facts changes no points.
const (
	Catalogue     Cause = "catalogue"
	Coverage      Cause = "coverage"
	Exemption     Cause = "exemption"
	Status        Cause = "status"
	Population    Cause = "population"
	Time          Cause = "time"
	Configuration Cause = "configuration"
	User          Cause = "user"
	Device        Cause = "device"
	Imported      Cause = "imported"
	Residual      Cause = "residual"
	FactsChanged  Cause = "facts"
)

// causes gives each cause its place; the place plus one is its code in the
// binary form and never changes.
func causes() []Cause {
	return []Cause{
		Catalogue, Coverage, Exemption, Status, Population, Time, Configuration, User, Device,
		Imported, Residual, FactsChanged,
	}
}

// Valid reports whether c is one of the causes.
func (c Cause) Valid() bool { return c.code() > 0 }

// Moves reports whether a change of measured points by c counts as achieved or
// regressed. All else adjusts the score without the posture having changed.
func (c Cause) Moves() bool {
	switch c {
	case Population, Time, Configuration, User, Device:
		return true
	default:
		return false
	}
}

// code is 0 for anything that is no cause.
func (c Cause) code() int { return slices.Index(causes(), c) + 1 }
