// SPDX-License-Identifier: Apache-2.0

package conditional

import "slices"

// Demand is something that Conditional Access can be asked to do for a person.
type Demand struct {
	Name string // lower camel case; part of field names
	Doc  string // what a covered person has, as a sentence
	// WithoutRole marks what is asked for people without an administrative role
	// only: leaving roles out of the policy is what it is for.
	WithoutRole bool

	ask    Ask
	blocks bool // only blocking does it
	// meets reports whether a policy gives what is asked where it applies.
	meets func(p *Policy, known Knowledge) Bounds
	// spoils reports whether a policy could undo it.
	spoils func(p *Policy) Bounds
}

// Ask is the set of sign-ins that a demand is about: all of them, narrowed by
// what is set here.
type Ask struct {
	apps     []string          // ids or groups of applications; empty is all
	action   uint64            // a user action instead of applications
	values   [fixedDims]uint64 // 0 is all
	anyPlace bool              // some locations are enough, whichever they are
}

func clients(names ...string) [fixedDims]uint64 { return only(dimClient, names...) }

func only(dim int, names ...string) (values [fixedDims]uint64) {
	values[dim], _ = mask(dim, names)
	return values
}

// modern are the client types that can do more than send a password.
func modern() [fixedDims]uint64 { return clients("browser", "mobileAppsAndDesktopClients") }

func with(values [fixedDims]uint64, dim int, bits uint64) [fixedDims]uint64 {
	values[dim] = bits
	return values
}

// grants makes a demand's test of a property of the grant controls.
func grants(has property) func(*Policy, Knowledge) Bounds {
	return func(p *Policy, _ Knowledge) Bounds { return p.grant.asks(has) }
}

// blocks is the property of letting nobody in.
func blocks(p *Policy) Bounds { return p.grant.asks(builtIn()) }

// orBlocks makes a demand's test of a session control.
func orBlocks(state func(session) Bounds) func(*Policy, Knowledge) Bounds {
	return func(p *Policy, _ Knowledge) Bounds { return blocks(p).or(state(p.session)) }
}

func signInWithin(hours int64) func(*Policy, Knowledge) Bounds {
	return orBlocks(func(s session) Bounds { return s.frequency.within(hours) })
}

// Demands lists all demands. A legacy client knows no second factor, no device
// and no new sign-in: where a policy asks it for one of the first two it is
// locked out. Demands for these therefore cover legacy clients too, whether the
// policy that does it asks or blocks: a person who is asked in a browser and
// may use a password alone elsewhere is not protected.
func Demands() []Demand {
	return append(authenticationDemands(), append(riskDemands(), accessDemands()...)...)
}

func authenticationDemands() []Demand {
	block := grants(builtIn())
	return []Demand{
		{Name: "mfa", Doc: "Every sign-in needs multifactor authentication or is blocked, by Conditional Access or security defaults.", meets: grants(multifactor)},
		{Name: "phishingResistantMfa", Doc: "Every sign-in needs a phishing-resistant method or is blocked.", meets: grants(phishingResistant)},
		{Name: "legacyBlocked", Doc: "Legacy clients, which know no second factor, are blocked by Conditional Access or security defaults.", ask: Ask{values: clients("exchangeActiveSync", "other")}, meets: block, blocks: true},
		{Name: "deviceCodeBlocked", Doc: "Signing in with a device code is blocked.", ask: Ask{values: with(modern(), dimFlow, only(dimFlow, "deviceCodeFlow")[dimFlow])}, meets: block, blocks: true},
		{Name: "authenticationTransferBlocked", Doc: "Passing a sign-in on to another device is blocked.", ask: Ask{values: with(modern(), dimFlow, only(dimFlow, "authenticationTransfer")[dimFlow])}, meets: block, blocks: true},
		{Name: "deviceRegistrationMfa", Doc: "Registering or joining a device needs multifactor authentication.", ask: Ask{action: targetDevice, values: modern()}, meets: grants(multifactor)},
		{Name: "signInWithin4Hours", Doc: "A new sign-in is needed at the latest after four hours.", ask: Ask{values: modern()}, meets: signInWithin(4)},
		{Name: "signInWithinDay", Doc: "A new sign-in is needed at the latest after 24 hours.", ask: Ask{values: modern()}, meets: signInWithin(24)},
		{Name: "signInWithinWeek", Doc: "A new sign-in is needed at the latest after seven days.", ask: Ask{values: modern()}, meets: signInWithin(7 * 24)},
		{
			Name: "noPersistentBrowser", Doc: "A browser forgets the sign-in when it is closed.", ask: Ask{values: clients("browser")},
			meets:  orBlocks(func(s session) Bounds { return s.persistent.keeps("never") }),
			spoils: func(p *Policy) Bounds { return p.session.persistent.keeps("always") },
		},
		{
			Name: "tokenProtection", Doc: "Apps on Windows get tokens for mail, files and chat that work on that device only.",
			ask:   Ask{apps: []string{exchangeOnline, sharePoint, teams}, values: with(clients("mobileAppsAndDesktopClients"), dimPlatform, only(dimPlatform, "windows")[dimPlatform])},
			meets: orBlocks(func(s session) Bounds { return s.tokenBound.state() }),
		},
		{Name: "intuneEnrollmentEveryTime", Doc: "Enrolling a device in Intune needs a new sign-in every time.", ask: Ask{apps: []string{intuneEnroller}, values: modern()}, meets: signInWithin(everyTime)},
	}
}

func riskDemands() []Demand {
	block := grants(builtIn())
	return []Demand{
		{Name: "userRisk", Doc: "While the user risk is high, access is blocked or needs a secure change of the password.", ask: Ask{values: only(dimUserRisk, "high")}, meets: remediates},
		{Name: "userRiskBlocked", Doc: "While the user risk is high, access is blocked.", ask: Ask{values: only(dimUserRisk, "high")}, meets: block, blocks: true},
		{Name: "signInRisk", Doc: "A sign-in of medium or high risk is blocked or needs multifactor authentication, by a policy that looks at the risk.", ask: Ask{values: only(dimSignInRisk, "medium", "high")}, meets: challenges},
		{Name: "highSignInRiskBlocked", Doc: "A sign-in of high risk is blocked.", ask: Ask{values: only(dimSignInRisk, "high")}, meets: block, blocks: true},
		{Name: "signInRiskBlocked", Doc: "A sign-in of medium or high risk is blocked.", ask: Ask{values: only(dimSignInRisk, "medium", "high")}, meets: block, blocks: true},
		{Name: "insiderRiskBlocked", Doc: "While the insider risk is elevated, access is blocked.", ask: Ask{values: only(dimInsiderRisk, "elevated")}, meets: block, blocks: true},
	}
}

// remediates is for policies that look at the user risk: asking everybody for
// multifactor authentication does not end a takeover.
func remediates(p *Policy, _ Knowledge) Bounds {
	secure := p.grant.asks(builtIn("passwordChange")).and(p.grant.asks(multifactor)).or(p.grant.asks(builtIn("riskRemediation")))
	return blocks(p).or(secure.and(boundsOf(len(p.userRisk) > 0)))
}

// challenges is for policies that look at the sign-in risk.
func challenges(p *Policy, _ Knowledge) Bounds {
	return blocks(p).or(p.grant.asks(multifactor).and(boundsOf(len(p.signInRisk) > 0)))
}

func accessDemands() []Demand {
	block, managed := grants(builtIn()), grants(builtIn("compliantDevice", "domainJoinedDevice"))
	return []Demand{
		{Name: "managedDevice", Doc: "Every sign-in comes from a device that is compliant or joined to the domain, or is blocked.", meets: managed},
		{Name: "securityInfoFromManagedDevice", Doc: "Sign-in methods can be registered from a managed device only.", ask: Ask{action: targetSecurityInfo, values: modern()}, meets: managed},
		{Name: "unknownPlatformsBlocked", Doc: "Devices that do not say what platform they are, are blocked.", ask: Ask{values: with([fixedDims]uint64{}, dimPlatform, extra(dimPlatform))}, meets: block, blocks: true},
		{
			Name: "appEnforcedRestrictions", Doc: "Exchange Online and SharePoint limit what a browser on an unmanaged device can do.",
			ask:   Ask{apps: []string{exchangeOnline, sharePoint}, values: clients("browser")},
			meets: orBlocks(func(s session) Bounds { return s.appRules.state() }),
		},
		{
			Name: "mobileAppProtection", Doc: "Apps on Android and iOS reach Microsoft 365 only under an app protection policy.",
			ask:   Ask{apps: []string{office365}, values: with(clients("mobileAppsAndDesktopClients"), dimPlatform, only(dimPlatform, "android", "iOS")[dimPlatform])},
			meets: grants(builtIn("compliantApplication")),
		},
		{Name: "locationsBlocked", Doc: "Sign-ins from chosen parts of the world are blocked.", ask: Ask{anyPlace: true}, meets: blocksPlaces, blocks: true},
		{Name: "azureManagementRestricted", Doc: "People without an administrative role are blocked from managing Azure; true for those with one.", WithoutRole: true, ask: Ask{apps: []string{azureManager}, values: modern()}, meets: block, blocks: true},
	}
}

// blocksPlaces is for policies that block by location.
func blocksPlaces(p *Policy, known Knowledge) Bounds {
	l := p.Locations
	narrowed := boundsOf(l.set() && (len(l.Exclude) > 0 || !slices.Contains(l.Include, everywhere)))
	blocked := false
	for _, id := range l.Include {
		if id != everywhere {
			narrowed = narrowed.and(known.names(id))
		}
		blocked = blocked || !slices.Contains(l.Exclude, id)
	}
	narrowed = narrowed.and(boundsOf(blocked))
	for _, id := range l.Exclude {
		narrowed = narrowed.and(known.leaves(id))
	}
	return blocks(p).and(narrowed)
}

// names reports whether a location exists. One that does not blocks nothing.
func (k Knowledge) names(id string) Bounds {
	if _, ok := k.Locations[id]; ok {
		return yes
	}
	return Bounds{May: !k.LocationsRead || id == allTrusted}
}

// leaves reports whether a good part of the world is left when a location is
// left out.
func (k Knowledge) leaves(id string) Bounds {
	if id != allTrusted {
		return k.names(id).and(Bounds{Sure: !k.Locations[id].Wide, May: true})
	}
	left := Bounds{Sure: k.LocationsRead, May: true}
	for _, l := range k.Locations {
		if l.Trusted.May && l.Wide {
			left = left.hedged()
		}
	}
	return left
}
