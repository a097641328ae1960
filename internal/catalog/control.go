// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// Scoring says how outcomes become points.
type Scoring string

// The ways of scoring. Proportional gives each entity its share and goes with
// require: all; NotScored is worth nothing and is still listed.
const (
	Binary       Scoring = "binary"
	Proportional Scoring = "proportional"
	NotScored    Scoring = "notScored"
)

// Level grades difficulty, user impact and complexity.
type Level string

// The levels. Unknown ranks like moderate.
const (
	Low          Level = "low"
	Moderate     Level = "moderate"
	High         Level = "high"
	UnknownLevel Level = "unknown"
)

// Tier is how deep a defence goes, in Microsoft's words.
type Tier string

// The tiers.
const (
	Core           Tier = "core"
	DefenseInDepth Tier = "defenseInDepth"
	Advanced       Tier = "advanced"
)

// StatusPolicy says who decides about a control.
type StatusPolicy string

// ByPeople is the default. BySource controls take no decision here: the
// exception is made in the product that the evidence comes from.
const (
	ByPeople StatusPolicy = "people"
	BySource StatusPolicy = "source"
)

// Require says how many entities in scope must pass.
type Require string

// The requirements.
const (
	All   Require = "all"
	Any   Require = "any"
	Count Require = "count"
)

// Link is something to read.
type Link struct {
	Title string `json:"title" yaml:"title"`
	URL   string `json:"url" yaml:"url"`
}

// Weight grades a control whose points nobody has published, each from 1 to 3.
// Its points are the sum: see docs/adr on points of controls without a value.
type Weight struct {
	Impact   int `yaml:"impact"`   // what an attacker gains
	Exposure int `yaml:"exposure"` // how directly it can be reached
	Breadth  int `yaml:"breadth"`  // how much of the organisation it touches
}

// References are the ids of the same demand in frameworks, as those write
// them: "MS.AAD.3.1" (SCuBA, without the revision), "5.2.2.3" (CIS Microsoft
// 365), "IA-2(1)" (NIST 800-53), "T1078" (ATT&CK).
type References struct {
	CIS    []string `yaml:"cis"`
	SCuBA  []string `yaml:"scuba"`
	NIST   []string `yaml:"nist"`
	ATTACK []string `yaml:"attack"`
}

// Check is the rule of a control.
type Check struct {
	Entity  posture.Kind   `yaml:"entity"`
	Require Require        `yaml:"require"`
	Min     int            `yaml:"min"` // count only
	Max     int            `yaml:"max"` // count only; 0 is no upper bound
	Where   string         `yaml:"where"`
	Pass    string         `yaml:"pass"`
	Show    []string       `yaml:"show"` // columns of the affected list; default: the fields that pass reads
	Params  map[string]any `yaml:"params"`
	// Strict names the Bool field of the tenant that holds the verdict of strict
	// mode (Conditional Access only).
	Strict string `yaml:"strict"`
}

// Expect is the outcome that a case must have.
type Expect string

// What a case can expect: ExpectUnknown is not assessed.
const (
	ExpectPass          Expect = "pass"
	ExpectFail          Expect = "fail"
	ExpectUnknown       Expect = "unknown"
	ExpectNotApplicable Expect = "notApplicable"
)

// Case is one example of a control: raw evidence and what must come out.
type Case struct {
	Name   string `yaml:"name"`
	Expect Expect `yaml:"expect"`
	// Evidence maps data sets to one raw object or a list of them. A data set
	// that is not named is not collected.
	Evidence map[string]any `yaml:"evidence"`
	// Missing maps data sets to the reason code why they could not be read.
	Missing map[string]posture.ReasonCode `yaml:"missing"`
	// Licences: "met" (default: the plans under prerequisites are there),
	// "absent" (proven absent), or "unreadable".
	Licences string `yaml:"licences"`
	// Intended are the keys of registered emergency accounts.
	Intended []string `yaml:"intended"`
	// At is the time of the evidence; default 2026-01-15T12:00:00Z.
	At string `yaml:"at"`
}

// Control is one improvement action of the catalogue.
type Control struct {
	ID             posture.ControlID `yaml:"id"`
	Title          string            `yaml:"title"`
	Category       posture.Category  `yaml:"category"`
	Product        string            `yaml:"product"`
	Points         string            `yaml:"points"` // published points as a decimal; else weight
	Weight         *Weight           `yaml:"weight"`
	Scoring        Scoring           `yaml:"scoring"`
	Tier           Tier              `yaml:"tier"`
	Difficulty     Level             `yaml:"difficulty"`
	UserImpact     Level             `yaml:"userImpact"`
	Complexity     Level             `yaml:"complexity"`
	Threats        []string          `yaml:"threats"`
	Description    string            `yaml:"description"`
	UserImpactText string            `yaml:"userImpactText"`
	UsersAffected  string            `yaml:"usersAffected"`
	// Prerequisites are service plans; having any one of them is enough.
	Prerequisites []string     `yaml:"prerequisites"`
	Steps         []string     `yaml:"steps"`
	Manage        string       `yaml:"manage"` // where the setting is changed
	LearnMore     []Link       `yaml:"learnMore"`
	References    References   `yaml:"references"`
	StatusPolicy  StatusPolicy `yaml:"statusPolicy"`
	Check         Check        `yaml:"check"`
	Cases         []Case       `yaml:"cases"`

	// Max is what the control is worth, from Points or Weight; 0 when not
	// scored. Program is its compiled rule. Both are set by the loader.
	Max     posture.Points `yaml:"-"`
	Program *rule.Program  `yaml:"-"`
}
