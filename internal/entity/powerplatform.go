// SPDX-License-Identifier: Apache-2.0

package entity

import "securescore/internal/posture"

// Data sets of the Power Platform, with the members of its administration
// service; environments have those of Get-AdminPowerAppEnvironment.
const (
	powerPlatformSettingsSet    = "powerplatform/tenantSettings"
	powerPlatformDLPSet         = "powerplatform/dlpPolicies"
	powerPlatformIsolationSet   = "powerplatform/tenantIsolation"
	powerPlatformEnvironmentSet = "powerplatform/environments"

	powerPlatformPolicyKind      posture.Kind = "powerPlatformPolicy"
	powerPlatformEnvironmentKind posture.Kind = "powerPlatformEnvironment"
)

// powerPlatformProduct declares what the Power Platform holds.
func powerPlatformProduct() Product {
	return Product{
		Kinds: []KindSpec{
			powerPlatformTenantSpec(), powerPlatformIsolationSpec(), powerPlatformPolicySpec(), powerPlatformEnvironmentSpec(),
		},
		Derive: []Derive{derivePowerPlatform, deriveIsolation},
	}
}

func powerPlatformTenantSpec() KindSpec {
	return KindSpec{
		Kind: "powerPlatformTenant", Singular: "Power Platform settings", Plural: "Power Platform settings",
		DataSet: powerPlatformSettingsSet, Always: true, Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "environmentsByAdminsOnly", Type: Bool, From: "disableEnvironmentCreationByNonAdminUsers", Doc: "Whether only administrators create environments."},
			{Name: "trialsByAdminsOnly", Type: Bool, From: "disableTrialEnvironmentCreationByNonAdminUsers", Doc: "Whether only administrators create trial environments."},
			{Name: "sitesByAdminsOnly", Type: Bool, From: "disablePortalsCreationByNonAdminUsers", Doc: "Whether only administrators create Power Pages sites."},
			{Name: "shareWithEveryoneBlocked", Type: Bool, From: "powerPlatform.powerApps.disableShareWithEveryone", Doc: "Whether makers cannot share an app with the whole organisation at once."},
		},
	}
}

// powerPlatformIsolationSpec is the policy that keeps connections inside the
// organisation. An organisation that never had one has none.
func powerPlatformIsolationSpec() KindSpec {
	return KindSpec{
		Kind: "powerPlatformIsolation", Singular: "tenant isolation policy", Plural: "tenant isolation policies",
		DataSet: powerPlatformIsolationSet, Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "disabled", Type: Bool, From: "properties.isDisabled", Doc: "Whether the policy is switched off."},
			{Name: "allowsAll", Type: Bool, Doc: "Whether its list allows every other organisation (*) in at least one direction."},
		},
	}
}

func powerPlatformPolicySpec() KindSpec {
	return KindSpec{
		Kind: powerPlatformPolicyKind, Singular: "data policy", Plural: "data policies",
		DataSet: powerPlatformDLPSet, Configuration: true, Names: []string{"displayName", "name"},
		Fields: []Field{
			{Name: "scope", Type: String, From: "environmentType", Enum: []string{"AllEnvironments", "OnlyEnvironments", "ExceptEnvironments", "SingleEnvironment"}, Doc: "Which environments it covers."},
			{Name: "environments", Type: Strings, From: "environments[].name", Doc: "Names of the environments that scope is about."},
		},
	}
}

func powerPlatformEnvironmentSpec() KindSpec {
	return KindSpec{
		Kind: powerPlatformEnvironmentKind, Singular: "environment", Plural: "environments",
		DataSet: powerPlatformEnvironmentSet, Configuration: true, Names: []string{"DisplayName", "EnvironmentName"},
		Fields: []Field{
			{Name: "name", Type: String, From: "EnvironmentName", Doc: "Name of the environment in the service."},
			{Name: "isDefault", Type: Bool, From: "IsDefault", Doc: "Whether it is the one that everybody in the organisation may build in."},
			{Name: "type", Type: String, From: "EnvironmentType", Doc: "Default, Production, Sandbox, Trial, Developer or Teams."},
			{Name: "dlp.covered", Type: Bool, Doc: "Whether at least one data policy covers it."},
			{Name: "dlp.policies", Type: Strings, Doc: "Data policies that cover it."},
			{Name: "dlp.newConnectorsBlocked", Type: Bool, Doc: "Whether a connector that no policy names is blocked there."},
			{Name: "dlp.openConnectors", Type: Strings, Doc: "Ids of the named connectors that no policy blocks there, without the path before them."},
		},
	}
}
