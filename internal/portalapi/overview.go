// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"time"

	"securescore/internal/posture"
	"securescore/internal/score"
)

// Tenant is one organisation that is scored.
type Tenant struct {
	ID     posture.TenantID `json:"id" format:"uuid"`
	Name   string           `json:"name"`
	Domain string           `json:"domain" doc:"Empty when unknown"`
	Sample bool             `json:"sample" doc:"Made by code, no real organisation"`
}

// Overview is what the first page shows.
type Overview struct {
	Tenant       Tenant          `json:"tenant"`
	CalculatedAt *time.Time      `json:"calculatedAt" doc:"When the score was last calculated; null when never"`
	Score        Score           `json:"score"`
	Coverage     Coverage        `json:"coverage"`
	Categories   []Part          `json:"categories" nullable:"false" doc:"All five categories, in the order of the screens"`
	Products     []Part          `json:"products" nullable:"false" doc:"By name"`
	Trend        []Day           `json:"trend" nullable:"false"`
	Review       Review          `json:"review"`
	Top          []Action        `json:"top" nullable:"false" doc:"The best ranked actions that are to address, at most eight"`
	Microsoft    *MicrosoftScore `json:"microsoft,omitempty" doc:"Absent when none was imported"`
	Sources      []Source        `json:"sources" nullable:"false"`
}

// Part is the score of one category or product.
type Part struct {
	Name     string   `json:"name"`
	Score    Score    `json:"score"`
	Coverage Coverage `json:"coverage"`
}

// Day is the state at the end of one UTC day. A day before the first entry, or
// on which nothing could be assessed, has no score: it is a gap, not a zero.
type Day struct {
	Day       string `json:"day" format:"date"`
	Score     *Score `json:"score,omitempty" doc:"Absent when nothing was known"`
	Microsoft *Score `json:"microsoft,omitempty" doc:"Microsoft's own score of that day, when imported"`
}

// Review counts the actions that want a look.
type Review struct {
	Regressed       int `json:"regressed"`
	ToAddress       int `json:"toAddress"`
	Planned         int `json:"planned"`
	RiskAccepted    int `json:"riskAccepted"`
	RecentlyAdded   int `json:"recentlyAdded"`
	RecentlyUpdated int `json:"recentlyUpdated"`
	NotAssessed     int `json:"notAssessed"`
}

// MicrosoftScore is Microsoft's own calculation, as it was imported.
type MicrosoftScore struct {
	Day     string         `json:"day" format:"date" doc:"The day that Microsoft gave it for"`
	Current posture.Points `json:"current"`
	Maximum posture.Points `json:"maximum"`
	Percent *score.Percent `json:"percent" nullable:"true"`
	Matched int            `json:"matched" doc:"Actions of our catalogue that Microsoft gave a value for"`
	Unknown int            `json:"unknown" doc:"Actions of Microsoft's that our catalogue does not hold"`
}

// SourceState says how the last reading of a source went.
type SourceState string

// The states of a source.
const (
	SourceComplete SourceState = "complete" // everything was read
	SourcePartial  SourceState = "partial"  // some data sets could not be read
	SourceStale    SourceState = "stale"    // older than its maximum age
	SourceFailed   SourceState = "failed"
)

// Source says when a source was read and what it could not give.
type Source struct {
	Name     string         `json:"name" doc:"Such as scubagear"`
	State    SourceState    `json:"state" enum:"complete,partial,stale,failed"`
	At       *time.Time     `json:"at" doc:"The evidence's own time; null when nothing was ever read"`
	DataSets int            `json:"dataSets" doc:"Data sets that were read"`
	Missing  []MissingInput `json:"missing" nullable:"false" doc:"Data sets that could not be read, by name"`
}

// MissingInput is a data set that could not be read, and why.
type MissingInput struct {
	DataSet string         `json:"dataSet"`
	Reason  posture.Reason `json:"reason"`
}
