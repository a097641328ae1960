// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"time"

	"securescore/internal/posture"
	"securescore/internal/score"
)

// Licence says whether the service plans of a control are there.
type Licence string

// The licence states.
const (
	LicenceNotNeeded Licence = "notNeeded"
	LicenceMet       Licence = "met"
	LicenceMissing   Licence = "missing"
	LicenceUnknown   Licence = "unknown"
)

// CatalogueChange says what recently happened to a control in the catalogue.
type CatalogueChange string

// The changes of the catalogue. Recently is within 90 days.
const (
	Unchanged CatalogueChange = "none"
	Added     CatalogueChange = "added"
	Updated   CatalogueChange = "updated"
)

// Action is one improvement action as a row of the list.
type Action struct {
	ID       posture.ControlID `json:"id"`
	Title    string            `json:"title"`
	Category posture.Category  `json:"category" enum:"Identity,Data,Device,Apps,Infrastructure"`
	Product  string            `json:"product"`
	Scored   bool              `json:"scored" doc:"False for an action that is worth no points"`
	Rank     *int              `json:"rank" doc:"1 is best; null when no points are left or the action does not count"`
	Impact   *score.Percent    `json:"impact" nullable:"true" doc:"What the points that are left would add to the score; null when not known"`
	Score    *Score            `json:"score,omitempty" doc:"Absent when the action does not count in the score"`
	Worth    posture.Points    `json:"worth" doc:"What the action is worth in full, also when it does not count"`
	Status   posture.Status    `json:"status" enum:"toAddress,planned,riskAccepted,thirdParty,alternateMitigation,completed"`
	State    posture.State     `json:"state" enum:"assessed,notApplicable,notAssessed"`
	Reason   *posture.Reason   `json:"reason,omitempty" doc:"Why the action has its state"`
	Listed   bool              `json:"listed" doc:"False for an accepted risk, which leaves the default list"`
	// Regressed: points were lost within 90 days and not restored.
	Regressed bool            `json:"regressed"`
	Licence   Licence         `json:"licence" enum:"notNeeded,met,missing,unknown"`
	Change    CatalogueChange `json:"change" enum:"none,added,updated"`
	SyncedAt  *time.Time      `json:"syncedAt" doc:"When the evidence behind it was read; null when never"`
	Keywords  []string        `json:"keywords" nullable:"false" doc:"Framework references and threats, to search by"`
}

// ActionDetail is one improvement action in full.
type ActionDetail struct {
	Action         Action           `json:"action"`
	Description    string           `json:"description"`
	UserImpactText string           `json:"userImpactText"`
	UsersAffected  string           `json:"usersAffected"`
	Tier           string           `json:"tier" enum:"core,defenseInDepth,advanced"`
	Difficulty     string           `json:"difficulty" enum:"low,moderate,high,unknown"`
	UserImpact     string           `json:"userImpact" enum:"low,moderate,high,unknown"`
	Complexity     string           `json:"complexity" enum:"low,moderate,high,unknown"`
	Effort         int              `json:"effort" doc:"Difficulty, user impact and complexity, each 1 to 3, added up; remaining points are divided by it to rank"`
	Scoring        string           `json:"scoring" enum:"binary,proportional,notScored"`
	Require        string           `json:"require" enum:"all,any,count" doc:"How many of the entities must pass"`
	RequireMin     int              `json:"requireMin" doc:"For count"`
	RequireMax     int              `json:"requireMax" doc:"For count; 0 is no upper bound"`
	Threats        []string         `json:"threats" nullable:"false"`
	Prerequisites  []Prerequisite   `json:"prerequisites" nullable:"false" doc:"Service plans; any one of them is enough"`
	Steps          []string         `json:"steps" nullable:"false"`
	Manage         string           `json:"manage" doc:"Where the setting is changed; empty when nowhere"`
	LearnMore      []Link           `json:"learnMore" nullable:"false"`
	References     []Reference      `json:"references" nullable:"false"`
	Entity         EntityWords      `json:"entity"`
	Counts         Counts           `json:"counts"`
	Strict         *posture.Outcome `json:"strict" nullable:"true" enum:"pass,fail,unknown" doc:"Verdict of strict mode; null where it has no meaning"`
	Decision       *Decision        `json:"decision,omitempty"`
	Lost           *posture.Points  `json:"lost" nullable:"true" doc:"Points regressed within 90 days; null when not regressed"`
	Events         int              `json:"events" doc:"Entries in the history"`
	Microsoft      *MicrosoftAction `json:"microsoft,omitempty" doc:"Absent when none was imported"`
}

// EntityWords name what a control looks at.
type EntityWords struct {
	Singular string `json:"singular"`
	Plural   string `json:"plural"`
}

// Counts are entities in scope by outcome, exempt ones apart.
type Counts struct {
	Pass    int `json:"pass"`
	Fail    int `json:"fail"`
	Unknown int `json:"unknown"`
	Exempt  int `json:"exempt"`
}

// Prerequisite is one service plan that would do.
type Prerequisite struct {
	Plan string  `json:"plan" doc:"Its technical name"`
	Name string  `json:"name" doc:"Its name for people; the plan again when there is none"`
	Met  Licence `json:"met" enum:"met,missing,unknown"`
}

// Link is something to read.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Reference is a demand of a framework that the control answers.
type Reference struct {
	Framework string   `json:"framework" doc:"Such as CIS Microsoft 365"`
	IDs       []string `json:"ids" nullable:"false"`
}

// Decision is what people decided about an action.
type Decision struct {
	Status   posture.Status `json:"status" enum:"toAddress,planned,riskAccepted,thirdParty,alternateMitigation"`
	Reason   string         `json:"reason"`
	Evidence string         `json:"evidence" doc:"Link to what proves it; may be empty"`
	By       string         `json:"by"`
	At       time.Time      `json:"at"`
	Expires  *time.Time     `json:"expires" doc:"Null when it does not expire"`
	Pending  bool           `json:"pending" doc:"Waits for approval and adds nothing"`
	// NoEvidence marks points that somebody's word alone credits.
	NoEvidence bool `json:"noEvidence" doc:"It credits points and nothing proves it"`
}

// NewDecision shows a decision.
func NewDecision(d *posture.Decision) *Decision {
	shown := &Decision{
		Status: d.Status, Reason: d.Reason, Evidence: d.Evidence, By: d.By, At: d.At, Pending: d.Pending,
		NoEvidence: d.Status.Resolves() && d.Evidence == "",
	}
	if !d.Expires.IsZero() {
		expires := d.Expires
		shown.Expires = &expires
	}
	return shown
}

// MicrosoftAction is what Microsoft says of the same action.
type MicrosoftAction struct {
	Day     string          `json:"day" format:"date"`
	Earned  posture.Points  `json:"earned"`
	Maximum *posture.Points `json:"maximum" nullable:"true" doc:"Null when Microsoft did not give it"`
	Status  string          `json:"status" doc:"Implementation status in Microsoft's words, hostile text; may be empty"`
}

// EntityPage is one page of the entities of a control.
type EntityPage struct {
	Columns  []Column `json:"columns" nullable:"false"`
	Entities []Entity `json:"entities" nullable:"false"`
	Total    int      `json:"total" doc:"Entities that match the query, on all pages"`
	Counts   Counts   `json:"counts" doc:"All entities in scope, whatever the query"`
}

// Column is a field that is shown of each entity.
type Column struct {
	Field string `json:"field" doc:"As a rule writes it"`
	Title string `json:"title" doc:"For people"`
	Type  string `json:"type" enum:"bool,int,string,time,seconds,strings"`
}

// Entity is one thing that a control looked at.
type Entity struct {
	Key       string          `json:"key"`
	Name      string          `json:"name"`
	Outcome   posture.Outcome `json:"outcome" enum:"pass,fail,unknown,exempt"`
	Measured  posture.Outcome `json:"measured" enum:"pass,fail,unknown" doc:"The real outcome, also of an exempt one"`
	Reason    *posture.Reason `json:"reason,omitempty" doc:"Why the outcome is not known"`
	Exemption string          `json:"exemption" doc:"Why people took it out; empty unless exempt"`
	Values    []Value         `json:"values" nullable:"false" doc:"One for each column"`
}

// Value is what was read for one column. Text is for people: true, 12,
// 2026-01-15T12:00:00Z, a list joined by commas.
type Value struct {
	Known bool   `json:"known"`
	Text  string `json:"text" doc:"Empty unless known"`
}

// EntryKind says how an entry counts in a range.
type EntryKind string

// The kinds of entries.
const (
	EntryAchieved  EntryKind = "achieved"
	EntryRegressed EntryKind = "regressed"
	EntryAdjusted  EntryKind = "adjusted"
)

// Entry is one line of an action's history.
type Entry struct {
	Sequence  int64          `json:"sequence"`
	At        time.Time      `json:"at" doc:"From when it holds"`
	Kind      EntryKind      `json:"kind" enum:"achieved,regressed,adjusted"`
	Cause     string         `json:"cause" enum:"catalogue,coverage,exemption,status,population,time,configuration,user,device"`
	Measured  posture.Points `json:"measured" doc:"Change of the measured points"`
	Credited  posture.Points `json:"credited" doc:"Change of the credited points"`
	Maximum   posture.Points `json:"maximum" doc:"Change of the maximum"`
	Result    *Score         `json:"result,omitempty" doc:"After it; absent when the action does not count any more"`
	Before    Counts         `json:"before"`
	After     Counts         `json:"after"`
	Actor     string         `json:"actor" doc:"Empty for the system"`
	Entities  []string       `json:"entities" nullable:"false" doc:"Names of those that changed their outcome, at most 20"`
	Truncated bool           `json:"truncated" doc:"There are more than are named"`
}
