// SPDX-License-Identifier: Apache-2.0

// Package rulebench holds what the benchmarks of rules share: people as rows of
// structs and as columns, and twenty rules as CEL, as Go and as Rego, which all
// have to count the same. Nothing of the product imports it.
package rulebench

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// Now is the time at which the rules are evaluated.
var Now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// User is one person as a Go program would hold them.
type User struct {
	ID              string    `json:"id"`
	PrincipalName   string    `json:"principalName"`
	Mail            string    `json:"mail"`
	Type            string    `json:"type"`
	Department      string    `json:"department"`
	Country         string    `json:"country"`
	Risk            string    `json:"risk"`
	Enabled         bool      `json:"enabled"`
	Synced          bool      `json:"synced"`
	Covered         bool      `json:"covered"`
	LegacyBlocked   bool      `json:"legacyBlocked"`
	Created         time.Time `json:"created"`
	LastSignIn      time.Time `json:"lastSignIn"`
	PasswordChanged time.Time `json:"passwordChanged"`
	Failures        int64     `json:"failures"`
	Devices         int64     `json:"devices"`
	Roles           []string  `json:"roles"`
	Licences        []string  `json:"licences"`
	MFA             MFA       `json:"mfa"`
}

// MFA is what a person has registered.
type MFA struct {
	Registered bool     `json:"registered"`
	Capable    bool     `json:"capable"`
	Methods    []string `json:"methods"`
}

var (
	types       = []string{"member", "member", "member", "member", "guest"}
	departments = []string{"", "Sales", "Finance", "Research", "Human Resources", "Operations", "Legal", "Support"}
	countries   = []string{"DE", "FR", "US", "GB", "PL", "JP", "BR", "IN", "SE", "NL"}
	risks       = []string{"none", "none", "none", "none", "low", "medium", "high"}
	domains     = []string{"contoso.com", "contoso.de", "fabrikam.com", "contoso.onmicrosoft.com"}
	roles       = []string{"Global Administrator", "Security Administrator", "Exchange Administrator", "User Administrator", "Helpdesk Administrator", "Global Reader"}
	licences    = []string{"AAD_PREMIUM", "AAD_PREMIUM_P2", "EXCHANGE_S_ENTERPRISE", "INTUNE_A", "MCOSTANDARD", "TEAMS1"}
	methods     = []string{"microsoftAuthenticatorPush", "softwareOneTimePasscode", "mobilePhone", "fido2SecurityKey", "email", "windowsHelloForBusiness"}
)

// Users makes n people, the same ones each time.
func Users(n int) []User {
	r := rand.New(rand.NewPCG(1, 2))
	users := make([]User, n)
	for i := range users {
		name := "user" + strconv.Itoa(i)
		u := &users[i]
		*u = User{
			ID:              fmt.Sprintf("%08x-0000-4000-8000-%012x", i*2654435761%(1<<32), i),
			PrincipalName:   name + "@" + pick(r, domains),
			Mail:            name + "@contoso.com",
			Type:            pick(r, types),
			Department:      pick(r, departments),
			Country:         pick(r, countries),
			Risk:            pick(r, risks),
			Enabled:         r.IntN(10) > 0,
			Synced:          r.IntN(3) > 0,
			Covered:         r.IntN(4) > 0,
			LegacyBlocked:   r.IntN(5) > 0,
			Created:         before(r, 2000),
			LastSignIn:      before(r, 120),
			PasswordChanged: before(r, 500),
			Failures:        int64(r.IntN(12)),
			Devices:         int64(r.IntN(5)),
			Licences:        some(r, licences, 3),
			MFA:             MFA{Registered: r.IntN(3) > 0, Capable: r.IntN(2) == 0, Methods: some(r, methods, 3)},
		}
		if r.IntN(50) == 0 {
			u.Roles = some(r, roles, 2)
		}
	}
	return users
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func before(r *rand.Rand, days int) time.Time {
	return Now.Add(-time.Duration(r.IntN(days*24*3600)) * time.Second)
}

func some(r *rand.Rand, from []string, most int) []string {
	list := make([]string, r.IntN(most+1))
	start := r.IntN(len(from))
	for i := range list {
		list[i] = from[(start+i)%len(from)]
	}
	return list
}

// Schema declares people as entities.
func Schema() (*entity.Schema, error) {
	return entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{{
		Kind: "user", Singular: "user", Plural: "users",
		Fields: []entity.Field{
			{Name: "principalName", Type: entity.String},
			{Name: "mail", Type: entity.String},
			{Name: "type", Type: entity.String},
			{Name: "department", Type: entity.String},
			{Name: "country", Type: entity.String},
			{Name: "risk", Type: entity.String},
			{Name: "enabled", Type: entity.Bool},
			{Name: "synced", Type: entity.Bool},
			{Name: "covered", Type: entity.Bool},
			{Name: "legacyBlocked", Type: entity.Bool},
			{Name: "created", Type: entity.Time},
			{Name: "lastSignIn", Type: entity.Time},
			{Name: "passwordChanged", Type: entity.Time},
			{Name: "failures", Type: entity.Int},
			{Name: "devices", Type: entity.Int},
			{Name: "roles", Type: entity.Strings},
			{Name: "licences", Type: entity.Strings},
			{Name: "mfa.registered", Type: entity.Bool},
			{Name: "mfa.capable", Type: entity.Bool},
			{Name: "mfa.methods", Type: entity.Strings},
		},
	}}})
}

// Model puts the people into columns.
func Model(s *entity.Schema, users []User) *entity.Model {
	m := entity.Build(s, &posture.Evidence{At: Now}, nil)
	t := m.Table("user")
	t.Missing = posture.Reason{}
	t.Reserve(len(users))
	columns := ColumnsOf(t)
	for i := range users {
		columns.Put(t.Add(users[i].ID, ""), &users[i])
	}
	return m
}

// Columns are the columns of people.
type Columns struct {
	principalName, mail, kind, department, country, risk *entity.Column
	enabled, synced, covered, legacyBlocked              *entity.Column
	created, lastSignIn, passwordChanged                 *entity.Column
	failures, devices                                    *entity.Column
	roles, licences                                      *entity.Column
	registered, capable, methods                         *entity.Column
}

// ColumnsOf looks the columns of a table up.
func ColumnsOf(t *entity.Table) *Columns {
	return &Columns{
		t.Col("principalName"), t.Col("mail"), t.Col("type"), t.Col("department"), t.Col("country"), t.Col("risk"),
		t.Col("enabled"), t.Col("synced"), t.Col("covered"), t.Col("legacyBlocked"),
		t.Col("created"), t.Col("lastSignIn"), t.Col("passwordChanged"),
		t.Col("failures"), t.Col("devices"),
		t.Col("roles"), t.Col("licences"),
		t.Col("mfa.registered"), t.Col("mfa.capable"), t.Col("mfa.methods"),
	}
}

// Put sets the values of one row.
func (c *Columns) Put(row int, u *User) {
	c.principalName.SetString(row, u.PrincipalName)
	c.mail.SetString(row, u.Mail)
	c.kind.SetString(row, u.Type)
	c.department.SetString(row, u.Department)
	c.country.SetString(row, u.Country)
	c.risk.SetString(row, u.Risk)
	c.enabled.SetBool(row, u.Enabled)
	c.synced.SetBool(row, u.Synced)
	c.covered.SetBool(row, u.Covered)
	c.legacyBlocked.SetBool(row, u.LegacyBlocked)
	c.created.SetTime(row, u.Created)
	c.lastSignIn.SetTime(row, u.LastSignIn)
	c.passwordChanged.SetTime(row, u.PasswordChanged)
	c.failures.SetInt(row, u.Failures)
	c.devices.SetInt(row, u.Devices)
	c.roles.SetStrings(row, u.Roles)
	c.licences.SetStrings(row, u.Licences)
	c.registered.SetBool(row, u.MFA.Registered)
	c.capable.SetBool(row, u.MFA.Capable)
	c.methods.SetStrings(row, u.MFA.Methods)
}
