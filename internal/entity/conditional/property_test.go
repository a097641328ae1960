// SPDX-License-Identifier: Apache-2.0

package conditional_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"securescore/internal/entity/conditional"
)

// The properties below draw policies, a world that settles everything the
// policies leave open (what a device filter matches, which application is in
// which group, which addresses are in which location), and sign-ins in that
// world. A second, plain reading of the policies says what happens to a sign-in.

var (
	appIDs     = []string{custom, custom2, exchange, azure, "bbbbbbbb-0000-0000-0000-000000000009"}
	clientList = []string{"browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"}
	systems    = []string{"android", "iOS", "windows", "windowsPhone", "macOS", "linux"}
	levels     = []string{"low", "medium", "high", "none", "hidden"}
	insider    = []string{"minor", "moderate", "elevated"}
	flowList   = []string{"deviceCodeFlow", "authenticationTransfer"}
	placeIDs   = []string{"l1", "l2", "l3"}
)

// signIn is one sign-in of a world.
type signIn struct {
	app, client, platform, risk, userRisk, insiderRisk, flow string

	groups  []string // groups of applications that the application is in
	places  []string // named locations that the address is in
	trusted bool
	luck    int // settles conditions that are not understood
}

// spec is a policy before it is written as JSON.
type spec struct {
	State                                                           string
	Apps, NoApps, Clients, Platforms, NoPlatforms, Places, NoPlaces []string
	Risk, UserRisk, Insider, Flows                                  []string
	Filter, FilterLuck                                              bool
	Grant                                                           string
}

// grantText is the controls of a policy, and whether they ask for
// multifactor authentication: an unknown one may in one world and not in another.
var grantTexts = []string{
	`{"operator":"OR","builtInControls":["mfa"]}`,
	`{"operator":"OR","builtInControls":["block"]}`,
	`{"operator":"AND","builtInControls":["mfa","compliantDevice"]}`,
	`{"operator":"OR","builtInControls":["mfa","compliantDevice"]}`,
	`{"operator":"OR","builtInControls":["compliantDevice"]}`,
	`{"operator":"OR","builtInControls":["mfa","smile"]}`,
	`{"operator":"OR","authenticationStrength":{"id":"weak"}}`,
}

func (s spec) json() string {
	section := func(in, out string, include, exclude []string) any {
		if len(include)+len(exclude) == 0 {
			return nil
		}
		return map[string]any{in: include, out: exclude}
	}
	conditions := map[string]any{
		"users":            map[string]any{"includeUsers": []string{"All"}},
		"applications":     section("includeApplications", "excludeApplications", s.Apps, s.NoApps),
		"clientAppTypes":   s.Clients,
		"platforms":        section("includePlatforms", "excludePlatforms", s.Platforms, s.NoPlatforms),
		"locations":        section("includeLocations", "excludeLocations", s.Places, s.NoPlaces),
		"signInRiskLevels": s.Risk, "userRiskLevels": s.UserRisk, "insiderRiskLevels": strings.Join(s.Insider, ","),
	}
	if len(s.Flows) > 0 {
		conditions["authenticationFlows"] = map[string]any{"transferMethods": strings.Join(s.Flows, ",")}
	}
	if s.Filter {
		conditions["devices"] = map[string]any{"deviceFilter": map[string]any{"mode": "include", "rule": "x"}}
	}
	text, err := json.Marshal(map[string]any{
		"id": "p", "displayName": "P", "state": s.State, "conditions": conditions, "grantControls": json.RawMessage(s.Grant),
	})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func among(list []string, value, all string) bool {
	return slices.Contains(list, value) || slices.Contains(list, all)
}

// hits is the plain reading of which sign-ins a policy applies to.
func (s spec) hits(in signIn) bool {
	app := func(list []string) bool {
		return among(list, in.app, "All") || slices.ContainsFunc(in.groups, func(g string) bool { return slices.Contains(list, g) })
	}
	place := func(list []string) bool {
		return slices.Contains(list, "All") || in.trusted && slices.Contains(list, "AllTrusted") ||
			slices.ContainsFunc(in.places, func(p string) bool { return slices.Contains(list, p) })
	}
	optional := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	return s.State == "enabled" && app(s.Apps) && !app(s.NoApps) && among(s.Clients, in.client, "all") &&
		(len(s.Platforms) == 0 || among(s.Platforms, in.platform, "all") && !slices.Contains(s.NoPlatforms, in.platform)) &&
		(len(s.Places) == 0 || place(s.Places) && !place(s.NoPlaces)) &&
		optional(s.Risk, in.risk) && optional(s.UserRisk, in.userRisk) && optional(s.Insider, in.insiderRisk) && optional(s.Flows, in.flow) &&
		(!s.Filter || s.FilterLuck == (in.luck%2 == 0))
}

// asksMFA is the plain reading of the controls; smiling counts by luck.
func (s spec) asksMFA(luck bool) bool {
	switch slices.Index(grantTexts, s.Grant) {
	case 0, 1, 2:
		return true
	case 5:
		return luck
	}
	return false
}

func drawSpec(t *rapid.T, label string) spec {
	some := func(what string, from []string, most int) []string {
		n := rapid.IntRange(0, most).Draw(t, label+what+"#")
		return slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.SampledFrom(from), n, n).Draw(t, label+what))))
	}
	// Most conditions of most policies are empty, or nothing is ever covered.
	seldom := func(what string, from []string) []string {
		if rapid.IntRange(0, 3).Draw(t, label+what+"?") > 0 {
			return nil
		}
		return some(what, from, len(from))
	}
	s := spec{
		State:   rapid.SampledFrom([]string{"enabled", "enabled", "enabled", "enabledForReportingButNotEnforced"}).Draw(t, label+"state"),
		Apps:    rapid.SampledFrom([][]string{{"All"}, {"All"}, {"Office365"}, {custom, "MicrosoftAdminPortals"}, {exchange}, {custom2}}).Draw(t, label+"apps"),
		NoApps:  seldom("noapps", append([]string{"Office365", "MicrosoftAdminPortals"}, appIDs[:4]...)),
		Clients: rapid.SampledFrom([][]string{{"all"}, {"all"}, clientList[:2], clientList[2:], clientList[:1]}).Draw(t, label+"clients"),
		Risk:    seldom("risk", levels), UserRisk: seldom("userrisk", levels), Insider: seldom("insider", insider), Flows: seldom("flows", flowList),
		Filter: rapid.IntRange(0, 9).Draw(t, label+"filter") == 0, FilterLuck: rapid.Bool().Draw(t, label+"luck"),
		Grant: rapid.SampledFrom(append(grantTexts[:3:3], grantTexts...)).Draw(t, label+"grant"),
	}
	if rapid.IntRange(0, 2).Draw(t, label+"platforms?") == 0 {
		s.Platforms = rapid.SampledFrom([][]string{{"all"}, systems, systems[:2], systems[2:]}).Draw(t, label+"platforms")
		s.NoPlatforms = seldom("noplatforms", systems)
	}
	if rapid.IntRange(0, 2).Draw(t, label+"places?") == 0 {
		s.Places = rapid.SampledFrom([][]string{{"All"}, {"All"}, {"AllTrusted"}, {"l1"}, {"l2", "l3"}}).Draw(t, label+"places")
		s.NoPlaces = seldom("noplaces", append([]string{"AllTrusted"}, placeIDs...))
	}
	return s
}

// drawSpecs draws policies at random, or takes one that reaches everything to
// pieces and then, half of the time, damages one of them: random policies alone
// hardly ever cover anybody together.
func drawSpecs(t *rapid.T) []spec {
	if rapid.Bool().Draw(t, "random") {
		specs := make([]spec, rapid.IntRange(0, 6).Draw(t, "policies"))
		for i := range specs {
			specs[i] = drawSpec(t, strconv.Itoa(i))
		}
		return specs
	}
	specs := []spec{{State: "enabled", Apps: []string{"All"}, Clients: []string{"all"}, Grant: rapid.SampledFrom(grantTexts).Draw(t, "grant")}}
	for range rapid.IntRange(0, 4).Draw(t, "cuts") {
		i := rapid.IntRange(0, len(specs)-1).Draw(t, "piece")
		rest := specs[i]
		if cut(t, &specs[i], &rest) {
			specs = append(specs, rest)
		}
	}
	s := &specs[rapid.IntRange(0, len(specs)-1).Draw(t, "damaged")]
	switch rapid.IntRange(0, 9).Draw(t, "damage") {
	case 0:
		*s = drawSpec(t, "other")
	case 1:
		s.NoApps = append(slices.Clip(s.NoApps), rapid.SampledFrom(append([]string{"Office365"}, appIDs...)).Draw(t, "noapp"))
	case 2:
		if len(s.Places) > 0 {
			s.NoPlaces = append(slices.Clip(s.NoPlaces), rapid.SampledFrom(append([]string{"AllTrusted"}, placeIDs...)).Draw(t, "noplace"))
		}
	case 3:
		s.Filter = true
	case 4:
		s.State = "disabled"
	case 5:
		s.Grant = rapid.SampledFrom(grantTexts).Draw(t, "weaker")
	case 6:
		if len(s.Places) > 0 {
			s.Places = rapid.SampledFrom([][]string{{"AllTrusted"}, {"l1"}, {"l2"}, {"l2", "l3"}}).Draw(t, "places")
		}
	}
	return specs
}

// cut narrows one copy of a policy and the other to what the first leaves.
func cut(t *rapid.T, one, two *spec) bool {
	switch how := rapid.IntRange(0, 4).Draw(t, "cut"); {
	case how == 0 && one.Apps[0] == "All" && one.NoApps == nil:
		app := rapid.SampledFrom(append([]string{"Office365", "MicrosoftAdminPortals"}, appIDs...)).Draw(t, "app")
		one.NoApps, two.Apps = []string{app}, []string{app}
	case how == 1 && one.Platforms == nil:
		system := rapid.SampledFrom(systems).Draw(t, "platform")
		one.Platforms, one.NoPlatforms, two.Platforms = []string{"all"}, []string{system}, []string{system}
	case how == 2 && one.Places == nil:
		place := rapid.SampledFrom(append([]string{"AllTrusted"}, placeIDs...)).Draw(t, "place")
		one.Places, one.NoPlaces, two.Places = []string{"All"}, []string{place}, []string{place}
	case how == 3 && one.Clients[0] == "all":
		one.Clients, two.Clients = clientList[:2], clientList[2:]
	case how == 4 && one.Risk == nil:
		one.Risk, two.Risk = levels[:2], levels[2:]
	default:
		return false
	}
	return true
}

// drawSignIn draws a sign-in. What is known of the world holds in it: l1 is
// trusted, l2 and l3 are not by themselves, Exchange is in Office 365.
func drawSignIn(t *rapid.T) signIn {
	pick := func(what string, from []string, more ...string) string {
		return rapid.SampledFrom(append(slices.Clone(from), more...)).Draw(t, what)
	}
	in := signIn{
		app: pick("app", appIDs, "someother"), client: pick("client", clientList), platform: pick("platform", systems, "unknown"),
		risk: pick("risk", levels), userRisk: pick("userrisk", levels), insiderRisk: pick("insider", insider, ""), flow: pick("flow", flowList, ""),
		luck: rapid.IntRange(0, 1).Draw(t, "luck"),
	}
	for _, place := range placeIDs {
		if rapid.Bool().Draw(t, place) {
			in.places = append(in.places, place)
		}
	}
	in.trusted = slices.Contains(in.places, "l1") || rapid.Bool().Draw(t, "trusted")
	if in.app == exchange || rapid.Bool().Draw(t, "office") {
		in.groups = append(in.groups, "Office365")
	}
	if rapid.Bool().Draw(t, "portal") {
		in.groups = append(in.groups, "MicrosoftAdminPortals")
	}
	return in
}

func finding(tb testing.TB, name string, specs []spec) conditional.Bounds {
	tb.Helper()
	var texts []string
	for _, s := range specs {
		texts = append(texts, s.json())
	}
	return parse(texts...).Cover(someone()).Demand(demand(tb, name), false)(0).Bounds
}

// asked says of some demands whether a sign-in is one that they are about, and
// what a policy must ask for.
var asked = map[string]struct {
	about func(signIn) bool
	meets func(s spec, luck bool) bool
}{
	"mfa": {func(signIn) bool { return true }, spec.asksMFA},
	"legacyBlocked": {
		func(in signIn) bool { return slices.Contains(clientList[2:], in.client) },
		func(s spec, _ bool) bool { return s.Grant == grantTexts[1] },
	},
	"deviceCodeBlocked": {
		func(in signIn) bool { return in.flow == "deviceCodeFlow" && slices.Contains(clientList[:2], in.client) },
		func(s spec, _ bool) bool { return s.Grant == grantTexts[1] },
	},
	"signInRisk": {
		func(in signIn) bool { return in.risk == "medium" || in.risk == "high" },
		func(s spec, luck bool) bool { return s.Grant == grantTexts[1] || len(s.Risk) > 0 && s.asksMFA(luck) },
	},
	"azureManagementRestricted": {
		func(in signIn) bool { return in.app == azure && slices.Contains(clientList[:2], in.client) },
		func(s spec, _ bool) bool { return s.Grant == grantTexts[1] },
	},
}

// TestCoveredMeansEverySignInIsHit is the property that matters most: whatever
// the world, no sign-in of a covered person slips through.
func TestCoveredMeansEverySignInIsHit(t *testing.T) {
	t.Parallel()
	for name, a := range asked {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(r *rapid.T) {
				for range 10 {
					specs := drawSpecs(r)
					if !finding(t, name, specs).Sure {
						continue
					}
					for range 50 {
						in := drawSignIn(r)
						luck := in.luck == 0
						hit := slices.ContainsFunc(specs, func(s spec) bool { return a.meets(s, luck) && s.hits(in) })
						if a.about(in) && !hit {
							r.Fatalf("covered, and %+v slips through", in)
						}
					}
				}
			})
		})
	}
}

// TestNotCoveredMeansASignInSlipsThrough looks at policies that leave nothing
// open, where the plain reading can try every sign-in.
func TestNotCoveredMeansASignInSlipsThrough(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		specs := drawSpecs(r)
		for i := range specs {
			s := &specs[i]
			s.Filter, s.Grant = false, grantTexts[i%2]
			s.NoPlaces = slices.DeleteFunc(s.NoPlaces, func(p string) bool { return p != "l2" })
			s.Apps, s.NoApps = []string{"All"}, slices.DeleteFunc(s.NoApps, func(a string) bool { return !strings.Contains(a, "-") })
			s.Insider, s.UserRisk = nil, nil
		}
		found := finding(t, "mfa", specs)
		if found.May != found.Sure {
			r.Fatalf("open, and nothing is: %+v", found)
		}
		if slips := slips(specs); found.Sure == slips {
			r.Fatalf("covered is %v, and a sign-in slips through is %v", found.Sure, slips)
		}
	})
}

func slips(specs []spec) bool {
	for _, app := range append(slices.Clone(appIDs), "someother") {
		for _, client := range clientList {
			for _, platform := range append(slices.Clone(systems), "unknown") {
				for _, risk := range levels {
					for _, flow := range append(slices.Clone(flowList), "") {
						for _, places := range [][]string{nil, {"l2"}} {
							in := signIn{app: app, client: client, platform: platform, risk: risk, flow: flow, places: places}
							if !slices.ContainsFunc(specs, func(s spec) bool { return s.hits(in) }) {
								return true
							}
						}
					}
				}
			}
		}
	}
	return false
}

func rank(b conditional.Bounds) int {
	switch {
	case b.Sure:
		return 2
	case b.May:
		return 1
	}
	return 0
}

// TestExclusionsNeverHelp narrows one policy and looks whether anybody gains.
func TestExclusionsNeverHelp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		specs := drawSpecs(r)
		if len(specs) == 0 {
			r.Skip("no policy")
		}
		before := finding(t, "mfa", specs)
		s := &specs[rapid.IntRange(0, len(specs)-1).Draw(r, "which")]
		switch rapid.IntRange(0, 6).Draw(r, "how") {
		case 0:
			s.NoApps = append(s.NoApps, rapid.SampledFrom(appIDs).Draw(r, "app"))
		case 1:
			if len(s.Platforms) == 0 {
				s.Platforms = []string{"all"}
			}
			s.NoPlatforms = append(s.NoPlatforms, rapid.SampledFrom(systems).Draw(r, "platform"))
		case 2:
			if len(s.Places) == 0 {
				s.Places = []string{"All"}
			}
			s.NoPlaces = append(s.NoPlaces, rapid.SampledFrom(append([]string{"AllTrusted"}, placeIDs...)).Draw(r, "place"))
		case 3:
			s.Filter = true
		case 4:
			s.State = "disabled"
		case 5:
			if len(s.Risk) == 0 {
				s.Risk = []string{"high"}
			}
		case 6:
			if len(s.Flows) == 0 {
				s.Flows = []string{"deviceCodeFlow"}
			}
		}
		if after := finding(t, "mfa", specs); rank(after) > rank(before) {
			r.Fatalf("narrowed to %+v: was %+v, is %+v", *s, before, after)
		}
	})
}

// TestAnotherPolicyNeverHurts adds one policy and looks whether anybody loses.
func TestAnotherPolicyNeverHurts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		specs := drawSpecs(r)
		for _, name := range []string{"mfa", "legacyBlocked", "deviceCodeBlocked"} {
			before := finding(t, name, specs)
			if after := finding(t, name, append(slices.Clip(specs), drawSpec(r, name))); rank(after) < rank(before) {
				r.Fatalf("%s: was %+v, is %+v", name, before, after)
			}
			whole := spec{State: "enabled", Apps: []string{"All"}, Clients: []string{"all"}, Grant: grantTexts[1]}
			if after := finding(t, name, append(slices.Clip(specs), whole)); !after.Sure {
				r.Fatalf("%s: a policy that blocks everything gives %+v", name, after)
			}
		}
	})
}

// TestLeavingPeopleOutNeverHelps narrows whom a policy is about.
func TestLeavingPeopleOutNeverHelps(t *testing.T) {
	t.Parallel()
	include := []string{`"includeUsers":["All"]`, `"includeUsers":["u1"]`, `"includeUsers":["u2"]`, `"includeGroups":["g1"]`, `"includeGroups":["unread"]`, `"includeRoles":["r1","r2"]`}
	exclude := []string{
		`"excludeUsers":["u1"]`, `"excludeUsers":["u2","All"]`, `"excludeGroups":["g1"]`, `"excludeGroups":["unread"]`, `"excludeRoles":["r1"]`,
		`"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bCollaborationGuest"}`, `"excludeUsers":["GuestsOrExternalUsers"]`, `"excludeTomorrow":["x"]`,
	}
	kinds := []conditional.Kinds{conditional.Member, conditional.CollaborationGuest, conditional.CollaborationGuest | conditional.InternalGuest, 0}
	rapid.Check(t, func(r *rapid.T) {
		person := someone()
		person.Kinds[0] = rapid.SampledFrom(kinds).Draw(r, "kind")
		find := func(policies []string) conditional.Bounds {
			return parse(policies...).Cover(person).Demand(demand(t, "mfa"), false)(0).Bounds
		}
		var wide, narrow []string
		for i := range rapid.IntRange(1, 3).Draw(r, "policies") {
			users := rapid.SampledFrom(include).Draw(r, "include")
			wide = append(wide, policy(users, "", mfa))
			if i == 0 || rapid.Bool().Draw(r, "too") {
				users += "," + rapid.SampledFrom(exclude).Draw(r, "exclude")
			}
			narrow = append(narrow, policy(users, "", mfa))
		}
		if before, after := find(wide), find(narrow); rank(after) > rank(before) {
			r.Fatalf("%v gives %+v, and %v gives %+v", wide, before, narrow, after)
		}
	})
}
