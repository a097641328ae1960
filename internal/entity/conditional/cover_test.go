// SPDX-License-Identifier: Apache-2.0

package conditional_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"securescore/internal/entity/conditional"
)

const (
	custom   = "aaaaaaaa-0000-0000-0000-000000000001"
	custom2  = "aaaaaaaa-0000-0000-0000-000000000002"
	exchange = "00000002-0000-0ff1-ce00-000000000000"
	azure    = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
	intune   = "d4ebce55-015a-49b5-a083-c84d1797ae8c"
)

func demand(tb testing.TB, name string) *conditional.Demand {
	tb.Helper()
	for _, d := range conditional.Demands() {
		if d.Name == name {
			return &d
		}
	}
	tb.Fatalf("no demand %s", name)
	return nil
}

// policy writes a policy in Graph's shape from the members of its conditions,
// its users, and what stands beside the conditions.
func policy(users, conditions, rest string) string {
	if users == "" {
		users = `"includeUsers":["All"]`
	}
	if !strings.Contains(conditions, `"clientAppTypes"`) {
		conditions = join(`"clientAppTypes":["all"]`, conditions)
	}
	if !strings.Contains(conditions, `"applications"`) {
		conditions = join(`"applications":{"includeApplications":["All"],"excludeApplications":[]}`, conditions)
	}
	if !strings.Contains(rest, `"state"`) {
		rest = join(`"state":"enabled"`, rest)
	}
	return fmt.Sprintf(`{"id":"p","displayName":"P","conditions":{"users":{%s},%s},%s}`, users, conditions, rest)
}

func join(a, b string) string {
	if b == "" {
		return a
	}
	return a + "," + b
}

const (
	mfa     = `"grantControls":{"operator":"OR","builtInControls":["mfa"]}`
	block   = `"grantControls":{"operator":"OR","builtInControls":["block"]}`
	managed = `"grantControls":{"operator":"OR","builtInControls":["compliantDevice","domainJoinedDevice"]}`
)

var known = conditional.Knowledge{
	LocationsRead: true,
	Locations: map[string]conditional.Location{
		"l1": {Name: "Half of the world", Trusted: conditional.Bounds{Sure: true, May: true}, Wide: true},
		"l2": {Name: "Office"},
		"l3": {Name: "Far away"},
	},
	Strengths: map[string]conditional.Strength{
		"weak":   {ID: "weak", Combinations: []string{"fido2", "password"}},
		"push":   {ID: "push", Combinations: []string{"fido2", "password,microsoftAuthenticatorPush"}},
		"strong": {ID: "strong", Combinations: []string{"fido2", "windowsHelloForBusiness"}},
		"new":    {ID: "new", Combinations: []string{"fido2", "brainWave"}},
	},
}

// someone is one member with an id, in group g1, holding role r1.
func someone() *conditional.People {
	p := &conditional.People{
		Len: 1, Kinds: []conditional.Kinds{conditional.Member}, Anonymous: conditional.NewRows(1),
		Row:      func(id string) (int, bool) { return 0, id == "u1" },
		Intended: func(string) bool { return false },
	}
	all, none := conditional.NewRows(1), conditional.NewRows(1)
	all.Add(0)
	in := func(mine string) func(string) conditional.Match {
		return func(id string) conditional.Match {
			switch id {
			case mine:
				return conditional.Match{Sure: all, May: all}
			case "unread":
				return conditional.Match{Sure: none, May: all}
			}
			return conditional.Match{Sure: none, May: none}
		}
	}
	p.Group, p.Role = in("g1"), in("r1")
	return p
}

func parse(policies ...string) *conditional.Set {
	s := &conditional.Set{Known: known}
	for i, text := range policies {
		s.Policies = append(s.Policies, conditional.Parse(strconv.Itoa(i), []byte(text), known))
	}
	return s
}

type example struct {
	name     string
	demand   string
	policies []string
	want     string // covered, open, uncovered
	why      string // a part of the reason
}

func (e example) run(t *testing.T, people *conditional.People) {
	t.Helper()
	f := parse(e.policies...).Cover(people).Demand(demand(t, e.demand), false)(0)
	got := "uncovered"
	if f.Sure {
		got = "covered"
	} else if f.May {
		got = "open"
	}
	if got != e.want || !strings.Contains(f.Why, e.why) || (got == "covered") != (f.Why == "") {
		t.Errorf("got %s (%s), want %s (…%s…)", got, f.Why, e.want, e.why)
	}
}

func TestOnePolicy(t *testing.T) {
	t.Parallel()
	for _, e := range []example{
		{"everything", "mfa", []string{policy("", "", mfa)}, "covered", ""},
		{"no policy", "mfa", nil, "uncovered", "no enabled policy"},
		{"reports only", "mfa", []string{policy("", "", `"state":"enabledForReportingButNotEnforced",`+mfa)}, "uncovered", `"P" only reports`},
		{"switched off", "mfa", []string{policy("", "", `"state":"disabled",`+mfa)}, "uncovered", ""},
		{"other spelling of the state", "mfa", []string{policy("", "", `"state":"Enabled",`+mfa)}, "open", "state"},
		{"deleted", "mfa", []string{policy("", "", `"deletedDateTime":"2026-01-01T00:00:00Z",`+mfa)}, "uncovered", ""},
		{"rolled out to a part", "mfa", []string{policy("", "", `"partialEnablementStrategy":{"percent":5},`+mfa)}, "open", "partialEnablementStrategy"},

		{"a trusted location left out", "mfa", []string{policy("", `"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]}`, mfa)}, "uncovered", "location"},
		{"half of the world left out", "mfa", []string{policy("", `"locations":{"includeLocations":["All"],"excludeLocations":["L1"]}`, mfa)}, "uncovered", "Half of the world"},
		{"some locations only", "mfa", []string{policy("", `"locations":{"includeLocations":["l2"]}`, mfa)}, "uncovered", ""},
		{"locations left out of none", "mfa", []string{policy("", `"locations":{"includeLocations":[],"excludeLocations":["l2"]}`, mfa)}, "uncovered", ""},
		{"a platform left out", "mfa", []string{policy("", `"platforms":{"includePlatforms":["all"],"excludePlatforms":["linux"]}`, mfa)}, "uncovered", "linux"},
		{"all known platforms listed", "mfa", []string{policy("", `"platforms":{"includePlatforms":["android","iOS","windows","windowsPhone","macOS","linux"]}`, mfa)}, "uncovered", "unknown"},
		{"all platforms", "mfa", []string{policy("", `"platforms":{"includePlatforms":["all"]}`, mfa)}, "covered", ""},
		{"a platform of tomorrow left out", "mfa", []string{policy("", `"platforms":{"includePlatforms":["all"],"excludePlatforms":["toaster"]}`, mfa)}, "open", ""},
		{"a hostile platform name", "mfa", []string{policy("", `"platforms":{"includePlatforms":["android","iOS","windows","windowsPhone","macOS","linux","unknown"]}`, mfa)}, "open", ""},
		{"a browser only", "mfa", []string{policy("", `"clientAppTypes":["browser"]`, mfa)}, "uncovered", "client type"},
		{"legacy clients not asked", "mfa", []string{policy("", `"clientAppTypes":["browser","mobileAppsAndDesktopClients"]`, mfa)}, "uncovered", "exchangeActiveSync"},
		{"all client types listed", "mfa", []string{policy("", `"clientAppTypes":["browser","mobileAppsAndDesktopClients","exchangeActiveSync","other"]`, mfa)}, "covered", ""},
		{"no client types", "mfa", []string{policy("", `"clientAppTypes":[]`, mfa)}, "open", "client types"},
		{"a part of a client type", "legacyBlocked", []string{policy("", `"clientAppTypes":["easSupported","other"]`, block)}, "uncovered", "exchangeActiveSync"},
		{"a client type of tomorrow", "mfa", []string{policy("", `"clientAppTypes":["browser","glasses"]`, mfa)}, "open", ""},

		{"an application left out", "mfa", []string{policy("", `"applications":{"includeApplications":["All"],"excludeApplications":["`+custom+`"]}`, mfa)}, "uncovered", custom},
		{"a group of applications left out", "mfa", []string{policy("", `"applications":{"includeApplications":["All"],"excludeApplications":["Office365"]}`, mfa)}, "uncovered", "office365"},
		{"some applications only", "mfa", []string{policy("", `"applications":{"includeApplications":["Office365"]}`, mfa)}, "uncovered", ""},
		{"a user action only", "mfa", []string{policy("", `"applications":{"includeApplications":[],"includeUserActions":["urn:user:registersecurityinfo"]}`, mfa)}, "uncovered", ""},
		{"an authentication context", "mfa", []string{policy("", `"applications":{"includeApplications":["All"],"includeAuthenticationContextClassReferences":["c1"]}`, mfa)}, "open", "includeAuthenticationContextClassReferences"},
		{"an application filter", "mfa", []string{policy("", `"applications":{"includeApplications":["All"],"applicationFilter":{"mode":"exclude","rule":"x"}}`, mfa)}, "open", "applicationFilter"},
		{"an empty application filter", "mfa", []string{policy("", `"applications":{"includeApplications":["All"],"applicationFilter":null}`, mfa)}, "covered", ""},

		{"a device filter", "mfa", []string{policy("", `"devices":{"deviceFilter":{"mode":"exclude","rule":"device.isCompliant -eq True"}}`, mfa)}, "open", "devices"},
		{"an empty device condition", "mfa", []string{policy("", `"devices":{"deviceFilter":null,"includeDevices":[]}`, mfa)}, "covered", ""},
		{"a device state", "mfa", []string{policy("", `"deviceStates":{"includeStates":["All"],"excludeStates":["Compliant"]}`, mfa)}, "open", "deviceStates"},
		{"a condition of tomorrow", "mfa", []string{policy("", `"phaseOfMoon":["full"]`, mfa)}, "open", "phaseOfMoon"},
		{"a condition of tomorrow that is empty", "mfa", []string{policy("", `"phaseOfMoon":{"phases":[],"x@odata.type":"#y"}`, mfa)}, "covered", ""},
		{"times", "mfa", []string{policy("", `"times":{"all":false}`, mfa)}, "open", "times"},
		{"a risk only", "mfa", []string{policy("", `"signInRiskLevels":["high","medium"]`, mfa)}, "uncovered", "sign-in risk"},
		{"an insider risk only", "mfa", []string{policy("", `"insiderRiskLevels":"minor,moderate,elevated"`, mfa)}, "uncovered", "insider risk"},
		{"a flow only", "mfa", []string{policy("", `"authenticationFlows":{"transferMethods":"deviceCodeFlow,authenticationTransfer"}`, mfa)}, "uncovered", "flow"},
		{"service principals", "mfa", []string{policy("", `"clientApplications":{"includeServicePrincipals":["ServicePrincipalsInMyTenant"]}`, mfa)}, "uncovered", ""},
		{"broken", "mfa", []string{`{"id":"p","conditions":[1]}`}, "open", "could not be read"},
		{"not JSON", "mfa", []string{`{`}, "open", "could not be read"},
		{"a name twice", "mfa", []string{`{"state":"enabled","state":"disabled"}`}, "open", "could not be read"},
		{"no conditions", "mfa", []string{`{"state":"enabled",` + mfa + `}`}, "open", "conditions"},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			e.run(t, someone())
		})
	}
}

func TestGrants(t *testing.T) {
	t.Parallel()
	grant := func(text string) []string { return []string{policy("", "", `"grantControls":{`+text+`}`)} }
	session := func(text string) []string { return []string{policy("", "", `"sessionControls":{`+text+`}`)} }
	for _, e := range []example{
		{"or a compliant device", "mfa", grant(`"operator":"OR","builtInControls":["mfa","compliantDevice"]`), "uncovered", ""},
		{"and a compliant device", "mfa", grant(`"operator":"AND","builtInControls":["mfa","compliantDevice"]`), "covered", ""},
		{"and a compliant device, as one string", "mfa", grant(`"operator":"AND","builtInControls":"mfa,compliantDevice"`), "covered", ""},
		{"or terms of use", "mfa", grant(`"operator":"OR","builtInControls":["mfa"],"termsOfUse":["t"]`), "uncovered", ""},
		{"or a control of another product", "mfa", grant(`"operator":"OR","builtInControls":["mfa"],"customAuthenticationFactors":["c"]`), "open", ""},
		{"and a control of another product", "mfa", grant(`"operator":"AND","builtInControls":["mfa"],"customAuthenticationFactors":["c"]`), "covered", ""},
		{"or something of tomorrow", "mfa", grant(`"operator":"OR","builtInControls":["mfa"],"smile":["wide"]`), "open", ""},
		{"or a control of tomorrow", "mfa", grant(`"operator":"OR","builtInControls":["mfa","smile"]`), "open", ""},
		{"an operator of tomorrow", "mfa", grant(`"operator":"XOR","builtInControls":["mfa","compliantDevice"]`), "open", ""},
		{"no operator, one control", "mfa", grant(`"builtInControls":["mfa"]`), "covered", ""},
		{"nothing asked", "mfa", grant(`"operator":"OR","builtInControls":[]`), "uncovered", ""},
		{"a weak combination", "mfa", grant(`"operator":"OR","authenticationStrength":{"id":"weak"}`), "uncovered", ""},
		{"a strength of two factors", "mfa", grant(`"operator":"OR","authenticationStrength":{"id":"push"}`), "covered", ""},
		{"a strength that is not resistant", "phishingResistantMfa", grant(`"operator":"OR","authenticationStrength":{"id":"push"}`), "uncovered", ""},
		{"a resistant strength", "phishingResistantMfa", grant(`"operator":"OR","authenticationStrength":{"id":"strong"}`), "covered", ""},
		{"a combination of tomorrow", "phishingResistantMfa", grant(`"operator":"OR","authenticationStrength":{"id":"new"}`), "open", ""},
		{"an unknown strength", "mfa", grant(`"operator":"OR","authenticationStrength":{"id":"lost"}`), "open", ""},
		{"the strength itself", "phishingResistantMfa", grant(`"authenticationStrength":{"id":"lost","allowedCombinations":["fido2"]}`), "covered", ""},
		{"one combination as a string", "mfa", grant(`"authenticationStrength":{"id":"lost","allowedCombinations":"password,sms"}`), "covered", ""},
		{"the built-in strength", "phishingResistantMfa", grant(`"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000004"}`), "covered", ""},
		{"the built-in strength for passwordless sign-in", "phishingResistantMfa", grant(`"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000003"}`), "uncovered", ""},
		{"a strength or a joined device", "mfa", grant(`"operator":"OR","builtInControls":["domainJoinedDevice"],"authenticationStrength":{"id":"strong"}`), "uncovered", ""},
		{"either kind of managed device", "managedDevice", []string{policy("", "", managed)}, "covered", ""},
		{"a managed device or multifactor authentication", "managedDevice", grant(`"operator":"OR","builtInControls":["compliantDevice","mfa"]`), "uncovered", ""},
		{"blocked altogether", "managedDevice", []string{policy("", "", block)}, "covered", ""},
		{"an approved app instead", "mobileAppProtection", grant(`"operator":"OR","builtInControls":["compliantApplication","approvedApplication"]`), "uncovered", ""},

		{"four hours", "signInWithin4Hours", session(`"signInFrequency":{"isEnabled":true,"value":4,"type":"hours"}`), "covered", ""},
		{"four days are not four hours", "signInWithin4Hours", session(`"signInFrequency":{"isEnabled":true,"value":4,"type":"days","frequencyInterval":"timeBased"}`), "uncovered", ""},
		{"seven days", "signInWithinWeek", session(`"signInFrequency":{"isEnabled":true,"value":7,"type":"days"}`), "covered", ""},
		{"eight days", "signInWithinWeek", session(`"signInFrequency":{"isEnabled":true,"value":8,"type":"days"}`), "uncovered", ""},
		{"one day is 24 hours", "signInWithinDay", session(`"signInFrequency":{"isEnabled":true,"value":1,"type":"days"}`), "covered", ""},
		{"25 hours", "signInWithinDay", session(`"signInFrequency":{"isEnabled":true,"value":25,"type":"hours"}`), "uncovered", ""},
		{"every time", "signInWithin4Hours", session(`"signInFrequency":{"isEnabled":true,"frequencyInterval":"everyTime","authenticationType":"primaryAndSecondaryAuthentication"}`), "covered", ""},
		{"a second factor only", "signInWithinDay", session(`"signInFrequency":{"isEnabled":true,"value":4,"type":"hours","authenticationType":"secondaryAuthentication"}`), "uncovered", ""},
		{"an interval of tomorrow", "signInWithinDay", session(`"signInFrequency":{"isEnabled":true,"value":4,"type":"hours","frequencyInterval":"onSunday"}`), "open", ""},
		{"no control, as cmdlets write it", "signInWithinWeek", session(`"signInFrequency":{"isEnabled":null,"value":null,"type":null},"persistentBrowser":{"isEnabled":null,"mode":null}`), "uncovered", ""},
		{"not known whether it is on", "signInWithinWeek", session(`"signInFrequency":{"isEnabled":null,"value":4,"type":"hours"}`), "open", ""},
		{"no strength, as cmdlets write it", "mfa", grant(`"operator":"OR","builtInControls":["mfa"],"authenticationStrength":{"id":null,"allowedCombinations":null}`), "covered", ""},
		{"weeks", "signInWithinWeek", session(`"signInFrequency":{"isEnabled":true,"value":1,"type":"weeks"}`), "open", ""},
		{"switched off", "signInWithinDay", session(`"signInFrequency":{"isEnabled":false,"value":4,"type":"hours"}`), "uncovered", ""},
		{"never persistent", "noPersistentBrowser", session(`"persistentBrowser":{"isEnabled":true,"mode":"never"}`), "covered", ""},
		{"always persistent", "noPersistentBrowser", session(`"persistentBrowser":{"isEnabled":true,"mode":"always"}`), "uncovered", ""},
		{"never and always", "noPersistentBrowser", append(session(`"persistentBrowser":{"isEnabled":true,"mode":"never"}`), session(`"persistentBrowser":{"isEnabled":true,"mode":"always"}`)...), "open", "opposite"},

		{"high user risk blocked", "userRisk", []string{policy("", `"userRiskLevels":["high"]`, block)}, "covered", ""},
		{"high user risk, secure change", "userRisk", []string{policy("", `"userRiskLevels":["high"]`, `"grantControls":{"operator":"AND","builtInControls":["mfa","passwordChange"]}`)}, "covered", ""},
		{"high user risk, one or the other", "userRisk", []string{policy("", `"userRiskLevels":["high"]`, `"grantControls":{"operator":"OR","builtInControls":["mfa","passwordChange"]}`)}, "uncovered", ""},
		{"high user risk, remediation", "userRisk", []string{policy("", `"userRiskLevels":["high"]`, `"grantControls":{"operator":"AND","builtInControls":["riskRemediation"],"authenticationStrength":{"id":"push"}}`)}, "covered", ""},
		{"high user risk, changing is not blocking", "userRiskBlocked", []string{policy("", `"userRiskLevels":["high"]`, `"grantControls":{"operator":"AND","builtInControls":["mfa","passwordChange"]}`)}, "uncovered", ""},
		{"medium user risk", "userRisk", []string{policy("", `"userRiskLevels":["medium"]`, block)}, "uncovered", "no enabled policy"},
		{"a policy without risk", "signInRisk", []string{policy("", "", mfa)}, "uncovered", ""},
		{"high sign-in risk", "signInRisk", []string{policy("", `"signInRiskLevels":["high"]`, mfa)}, "uncovered", "medium"},
		{"medium and high sign-in risk", "signInRisk", []string{policy("", `"signInRiskLevels":["high","medium"]`, mfa)}, "covered", ""},
		{"high sign-in risk blocked", "highSignInRiskBlocked", []string{policy("", `"signInRiskLevels":["high"]`, block)}, "covered", ""},
		{"insider risk", "insiderRiskBlocked", []string{policy("", `"insiderRiskLevels":"elevated"`, block)}, "covered", ""},
		{"another insider risk", "insiderRiskBlocked", []string{policy("", `"insiderRiskLevels":"minor"`, block)}, "uncovered", ""},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			e.run(t, someone())
		})
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	for _, e := range []example{
		{"included by id", "mfa", []string{policy(`"includeUsers":["U1"]`, "", mfa)}, "covered", ""},
		{"somebody else", "mfa", []string{policy(`"includeUsers":["u2"]`, "", mfa)}, "uncovered", "no enabled policy"},
		{"nobody", "mfa", []string{policy(`"includeUsers":["None"]`, "", mfa)}, "uncovered", ""},
		{"excluded by id", "mfa", []string{policy(`"includeUsers":["All"],"excludeUsers":["u1"]`, "", mfa)}, "uncovered", ""},
		{"another excluded", "mfa", []string{policy(`"includeUsers":["All"],"excludeUsers":["u2"]`, "", mfa)}, "covered", ""},
		{"in a group", "mfa", []string{policy(`"includeGroups":["g1"]`, "", mfa)}, "covered", ""},
		{"excluded with a group", "mfa", []string{policy(`"includeUsers":["All"],"excludeGroups":["g1"]`, "", mfa)}, "uncovered", ""},
		{"a group that was not read", "mfa", []string{policy(`"includeUsers":["All"],"excludeGroups":["unread"]`, "", mfa)}, "open", "excludes the group unread"},
		{"in a group that was not read", "mfa", []string{policy(`"includeGroups":["unread"]`, "", mfa)}, "open", "includes the group unread"},
		{"by role", "mfa", []string{policy(`"includeRoles":["r1"]`, "", mfa)}, "covered", ""},
		{"by another role", "mfa", []string{policy(`"includeRoles":["r2"]`, "", mfa)}, "uncovered", ""},
		{"excluded by role", "mfa", []string{policy(`"includeUsers":["All"],"excludeRoles":["r1"]`, "", mfa)}, "uncovered", ""},
		{"guests only", "mfa", []string{policy(`"includeUsers":["GuestsOrExternalUsers"]`, "", mfa)}, "uncovered", ""},
		{"guests left out", "mfa", []string{policy(`"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"internalGuest,b2bCollaborationGuest","externalTenants":{"membershipKind":"all"}}`, "", mfa)}, "covered", ""},
		{"people of tomorrow left out", "mfa", []string{policy(`"includeUsers":["All"],"excludeCats":["c"]`, "", mfa)}, "open", "excludeCats"},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			e.run(t, someone())
		})
	}
}

func TestGuests(t *testing.T) {
	t.Parallel()
	types := func(words, tenants string) string {
		return `{"guestOrExternalUserTypes":"` + words + `","externalTenants":` + tenants + `}`
	}
	const all, some = `{"membershipKind":"all"}`, `{"membershipKind":"enumerated","members":["t1"]}`
	for _, e := range []example{
		{"everybody", "mfa", []string{policy("", "", mfa)}, "covered", ""},
		{"guests by the old word", "mfa", []string{policy(`"includeUsers":["GuestsOrExternalUsers"]`, "", mfa)}, "covered", ""},
		{"guests left out by the old word", "mfa", []string{policy(`"includeUsers":["All"],"excludeUsers":["GuestsOrExternalUsers"]`, "", mfa)}, "uncovered", ""},
		{"this type", "mfa", []string{policy(`"includeGuestsOrExternalUsers":`+types("b2bCollaborationGuest", all), "", mfa)}, "covered", ""},
		{"another type", "mfa", []string{policy(`"includeGuestsOrExternalUsers":`+types("internalGuest", all), "", mfa)}, "uncovered", ""},
		{"this type left out", "mfa", []string{policy(`"includeUsers":["All"],"excludeGuestsOrExternalUsers":`+types("internalGuest,b2bCollaborationGuest", all), "", mfa)}, "uncovered", ""},
		{"another type left out", "mfa", []string{policy(`"includeUsers":["All"],"excludeGuestsOrExternalUsers":`+types("serviceProvider", all), "", mfa)}, "covered", ""},
		{"from some organisations", "mfa", []string{policy(`"includeGuestsOrExternalUsers":`+types("b2bCollaborationGuest", some), "", mfa)}, "open", "some guests"},
		{"some organisations left out", "mfa", []string{policy(`"includeUsers":["All"],"excludeGuestsOrExternalUsers":`+types("b2bCollaborationGuest", some), "", mfa)}, "open", "some guests"},
		{"a type of tomorrow left out", "mfa", []string{policy(`"includeUsers":["All"],"excludeGuestsOrExternalUsers":`+types("visitor", all), "", mfa)}, "open", "some guests"},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			guest := someone()
			guest.Kinds = []conditional.Kinds{conditional.CollaborationGuest}
			e.run(t, guest)
		})
	}
}

func TestTogether(t *testing.T) {
	t.Parallel()
	trusted := func(in, out string) string {
		return `"locations":{"includeLocations":[` + in + `],"excludeLocations":[` + out + `]}`
	}
	apps := func(in, out string) string {
		return `"applications":{"includeApplications":[` + in + `],"excludeApplications":[` + out + `]}`
	}
	for _, e := range []example{
		{"modern clients and a block of the others", "mfa", []string{policy("", `"clientAppTypes":["browser","mobileAppsAndDesktopClients"]`, mfa), policy("", `"clientAppTypes":["exchangeActiveSync","other"]`, block)}, "covered", ""},
		{"modern clients and a block of some others", "mfa", []string{policy("", `"clientAppTypes":["browser","mobileAppsAndDesktopClients"]`, mfa), policy("", `"clientAppTypes":["other"]`, block)}, "uncovered", "exchangeActiveSync"},
		{"both halves of the locations", "mfa", []string{policy("", trusted(`"All"`, `"AllTrusted"`), mfa), policy("", trusted(`"AllTrusted"`, ``), mfa)}, "covered", ""},
		{"one half and a part of the other", "mfa", []string{policy("", trusted(`"All"`, `"AllTrusted"`), mfa), policy("", trusted(`"l1"`, ``), mfa)}, "uncovered", ""},
		{"a trusted location and all trusted ones", "mfa", []string{policy("", trusted(`"All"`, `"l1"`), mfa), policy("", trusted(`"AllTrusted"`, ``), mfa)}, "covered", ""},
		{"a location that is not trusted and all trusted ones", "mfa", []string{policy("", trusted(`"All"`, `"l2"`), mfa), policy("", trusted(`"AllTrusted"`, ``), mfa)}, "uncovered", ""},
		{"each leaves another place out", "mfa", []string{policy("", trusted(`"All"`, `"l2"`), mfa), policy("", trusted(`"All"`, `"l3"`), mfa)}, "open", ""},
		{"a third exclusion does not take away", "mfa", []string{policy("", trusted(`"All"`, `"l1"`), mfa), policy("", trusted(`"l1"`, ``), mfa), policy("", trusted(`"All"`, `"l3"`), mfa)}, "covered", ""},
		{"an application left out and in", "mfa", []string{policy("", apps(`"All"`, `"`+custom+`"`), mfa), policy("", apps(`"`+custom+`"`, ``), mfa)}, "covered", ""},
		{"each leaves another application out", "mfa", []string{policy("", apps(`"All"`, `"`+custom+`"`), mfa), policy("", apps(`"All"`, `"`+custom2+`"`), mfa)}, "covered", ""},
		{"another application in", "mfa", []string{policy("", apps(`"All"`, `"`+custom+`"`), mfa), policy("", apps(`"`+custom2+`"`, ``), mfa)}, "uncovered", custom},
		{"an application left out that may be in a group", "mfa", []string{policy("", apps(`"All"`, `"`+custom+`"`), mfa), policy("", apps(`"Office365"`, ``), mfa)}, "open", ""},
		{"an application left out that is in a group", "mfa", []string{policy("", apps(`"All"`, `"`+exchange+`"`), mfa), policy("", apps(`"Office365"`, ``), mfa)}, "covered", ""},
		{"a group left out and in", "mfa", []string{policy("", apps(`"All"`, `"Office365"`), mfa), policy("", apps(`"Office365"`, ``), mfa)}, "covered", ""},
		{"a group left out, one of it in", "mfa", []string{policy("", apps(`"All"`, `"Office365"`), mfa), policy("", apps(`"`+exchange+`"`, ``), mfa)}, "uncovered", ""},
		{"a platform each", "mfa", []string{policy("", `"platforms":{"includePlatforms":["all"],"excludePlatforms":["iOS"]}`, mfa), policy("", `"platforms":{"includePlatforms":["iOS"]}`, mfa)}, "covered", ""},
		{"a platform each, crossed with clients", "mfa", []string{policy("", `"platforms":{"includePlatforms":["all"],"excludePlatforms":["iOS"]}`, mfa), policy("", `"clientAppTypes":["browser"],"platforms":{"includePlatforms":["iOS"]}`, mfa)}, "uncovered", "iOS"},
		{"one risk each", "signInRisk", []string{policy("", `"signInRiskLevels":["high"]`, block), policy("", `"signInRiskLevels":["medium"]`, mfa)}, "covered", ""},
		{"a filter and a policy without", "mfa", []string{policy("", `"devices":{"deviceFilter":{"mode":"include","rule":"x"}}`, mfa), policy("", "", mfa)}, "covered", ""},
		{"reports only beside a part", "mfa", []string{policy("", `"clientAppTypes":["browser"]`, mfa), policy("", "", `"state":"enabledForReportingButNotEnforced",`+mfa)}, "uncovered", "only reports"},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			e.run(t, someone())
		})
	}
}

func TestScopedDemands(t *testing.T) {
	t.Parallel()
	action := func(name string) string {
		return `"applications":{"includeApplications":[],"includeUserActions":["urn:user:` + name + `"]}`
	}
	apps := func(in string) string { return `"applications":{"includeApplications":[` + in + `]}` }
	on := func(what string) string { return `"sessionControls":{"` + what + `":{"isEnabled":true}}` }
	const flows = `"authenticationFlows":{"transferMethods":"deviceCodeFlow"}`
	const phones = `"clientAppTypes":["all"],"platforms":{"includePlatforms":["android","iOS"]}`
	const app = `"grantControls":{"operator":"OR","builtInControls":["compliantApplication"]}`
	place := func(in, out string) string {
		return `"locations":{"includeLocations":[` + in + `],"excludeLocations":[` + out + `]}`
	}
	for _, e := range []example{
		{"legacy", "legacyBlocked", []string{policy("", `"clientAppTypes":["exchangeActiveSync","other"]`, block)}, "covered", ""},
		{"legacy through all clients", "legacyBlocked", []string{policy("", "", block)}, "covered", ""},
		{"legacy with a second factor", "legacyBlocked", []string{policy("", `"clientAppTypes":["exchangeActiveSync","other"]`, mfa)}, "uncovered", ""},
		{"legacy but one", "legacyBlocked", []string{policy("", `"clientAppTypes":["other"]`, block)}, "uncovered", "exchangeActiveSync"},
		{"device code", "deviceCodeBlocked", []string{policy("", flows, block)}, "covered", ""},
		{"another flow", "authenticationTransferBlocked", []string{policy("", flows, block)}, "uncovered", "no enabled policy"},
		{"both flows", "authenticationTransferBlocked", []string{policy("", `"authenticationFlows":{"transferMethods":"deviceCodeFlow,authenticationTransfer"}`, block)}, "covered", ""},
		{"a flow of tomorrow", "authenticationTransferBlocked", []string{policy("", `"authenticationFlows":{"transferMethods":"deviceCodeFlow,beam"}`, block)}, "open", ""},
		{"registering methods", "securityInfoFromManagedDevice", []string{policy("", action("registersecurityinfo"), managed)}, "covered", ""},
		{"registering methods from an office", "securityInfoFromManagedDevice", []string{policy("", action("registersecurityinfo")+`,"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]}`, managed)}, "uncovered", "alltrusted"},
		{"another action", "securityInfoFromManagedDevice", []string{policy("", action("registerdevice"), managed)}, "uncovered", ""},
		{"registering devices", "deviceRegistrationMfa", []string{policy("", action("registerdevice"), mfa)}, "covered", ""},
		{"registering devices is no application", "deviceRegistrationMfa", []string{policy("", "", mfa)}, "uncovered", ""},
		{"tokens", "tokenProtection", []string{policy("", apps(`"Office365"`)+`,"platforms":{"includePlatforms":["windows"]},"clientAppTypes":["mobileAppsAndDesktopClients"]`, on("secureSignInSession"))}, "covered", ""},
		{"tokens of mail only", "tokenProtection", []string{policy("", apps(`"`+exchange+`"`)+`,"platforms":{"includePlatforms":["windows"]}`, on("secureSignInSession"))}, "uncovered", ""},
		{"browsers limited", "appEnforcedRestrictions", []string{policy("", apps(`"Office365"`), on("applicationEnforcedRestrictions"))}, "covered", ""},
		{"phones", "mobileAppProtection", []string{policy("", apps(`"Office365"`)+","+phones, app)}, "covered", ""},
		{"phones, all but an unrelated app", "mobileAppProtection", []string{policy("", `"applications":{"includeApplications":["All"],"excludeApplications":["`+custom+`"]},`+phones, app)}, "open", ""},
		{"phones, mail only", "mobileAppProtection", []string{policy("", apps(`"`+exchange+`"`)+","+phones, app)}, "uncovered", ""},
		{"one kind of phone", "mobileAppProtection", []string{policy("", apps(`"Office365"`)+`,"platforms":{"includePlatforms":["iOS"]}`, app)}, "uncovered", "android"},
		{"enrolment", "intuneEnrollmentEveryTime", []string{policy("", apps(`"`+intune+`"`), `"sessionControls":{"signInFrequency":{"isEnabled":true,"frequencyInterval":"everyTime"}}`)}, "covered", ""},
		{"enrolment every hour", "intuneEnrollmentEveryTime", []string{policy("", apps(`"`+intune+`"`), `"sessionControls":{"signInFrequency":{"isEnabled":true,"value":1,"type":"hours","frequencyInterval":"timeBased"}}`)}, "uncovered", ""},
		{"Azure", "azureManagementRestricted", []string{policy("", apps(`"`+azure+`"`), block)}, "covered", ""},
		{"Azure with a second factor", "azureManagementRestricted", []string{policy("", apps(`"`+azure+`"`), mfa)}, "uncovered", ""},
		{"unknown platforms", "unknownPlatformsBlocked", []string{policy("", `"platforms":{"includePlatforms":["all"],"excludePlatforms":["android","iOS","windows","macOS","linux"]}`, block)}, "covered", ""},
		{"known platforms", "unknownPlatformsBlocked", []string{policy("", `"platforms":{"includePlatforms":["linux"]}`, block)}, "uncovered", "no enabled policy"},
		{"a country blocked", "locationsBlocked", []string{policy("", place(`"l3"`, ``), block)}, "covered", ""},
		{"all but the office", "locationsBlocked", []string{policy("", place(`"All"`, `"l2"`), block)}, "covered", ""},
		{"all but half of the world", "locationsBlocked", []string{policy("", place(`"All"`, `"l1"`), block)}, "open", ""},
		{"all but the trusted half of the world", "locationsBlocked", []string{policy("", place(`"All"`, `"AllTrusted"`), block)}, "open", ""},
		{"a location that does not exist", "locationsBlocked", []string{policy("", place(`"gone"`, ``), block)}, "uncovered", ""},
		{"no location", "locationsBlocked", []string{policy("", "", block)}, "uncovered", ""},
		{"places do not add up", "locationsBlocked", []string{policy("", place(`"l2"`, ``)+`,"clientAppTypes":["browser"]`, block), policy("", place(`"l3"`, ``)+`,"clientAppTypes":["mobileAppsAndDesktopClients","exchangeActiveSync","other"]`, block)}, "uncovered", ""},
		{"one place in two policies", "locationsBlocked", []string{policy("", place(`"l3"`, ``)+`,"clientAppTypes":["browser"]`, block), policy("", place(`"l3"`, ``)+`,"clientAppTypes":["mobileAppsAndDesktopClients","exchangeActiveSync","other"]`, block)}, "covered", ""},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			e.run(t, someone())
		})
	}
}

func TestForgivenExclusion(t *testing.T) {
	t.Parallel()
	p := someone()
	p.Forgiven = conditional.NewRows(1)
	p.Forgiven.Add(0)
	example{"", "mfa", []string{policy(`"includeUsers":["All"],"excludeUsers":["u1"],"excludeGroups":["g1"]`, "", mfa)}, "covered", ""}.run(t, p)
	example{"", "mfa", []string{policy(`"includeUsers":["u2"]`, "", mfa)}, "uncovered", ""}.run(t, p)
}

func TestTooMuchToDecide(t *testing.T) {
	t.Parallel()
	var out []string
	for i := range 40 {
		out = append(out, fmt.Sprintf(`"place%d"`, i))
	}
	condition := `"locations":{"includeLocations":["All"],"excludeLocations":[` + strings.Join(out, ",") + `]}`
	example{"", "mfa", []string{policy("", condition, mfa)}, "open", ""}.run(t, someone())
}
