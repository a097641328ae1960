// SPDX-License-Identifier: Apache-2.0

package entity

// purviewProduct declares what Purview holds about the loss of data, and the
// alerts and audit retention that are set up beside it.
func purviewProduct() Product {
	return Product{
		Kinds: []KindSpec{
			dlpPolicyKind(), dlpRuleKind(), sensitiveTypeKind(), dlpLocationKind(),
			{
				Kind: "protectionAlert", Singular: "alert policy", Plural: "alert policies",
				DataSet: "purview/ProtectionAlert", Configuration: true, Names: []string{"Name"},
				Fields: []Field{
					{Name: "name", Type: String, Doc: "Name of the alert policy, without invisible characters."},
					{Name: "disabled", Type: Bool, From: "Disabled", Doc: "Whether the alert policy is off."},
					{Name: "notificationEnabled", Type: Bool, From: "NotificationEnabled", Doc: "Whether an alert is sent by mail."},
					{Name: "notifyUser", Type: Strings, From: "NotifyUser", Null: []string{}, Doc: "Who receives the mail."},
					{Name: "severity", Type: String, From: "Severity", Doc: "How serious an alert counts."},
				},
			},
			{
				Kind: "auditRetentionPolicy", Singular: "audit retention policy", Plural: "audit retention policies",
				DataSet: "purview/UnifiedAuditLogRetentionPolicy", Configuration: true, Names: []string{"Name"},
				Fields: []Field{
					{Name: "enabled", Type: Bool, From: "Enabled", Doc: "Whether the policy is in use."},
					{Name: "retentionDuration", Type: String, From: "RetentionDuration", Enum: []string{"SevenDays", "OneMonth", "ThreeMonths", "SixMonths", "NineMonths", "TwelveMonths", "ThreeYears", "FiveYears", "SevenYears", "TenYears"}, Doc: "How long records are kept."},
				},
			},
		},
		Derive: []Derive{deriveAlertNames, deriveDLP},
	}
}

// dlpModes are the states of a policy; only Enable acts.
var dlpModes = []string{"Enable", "TestWithNotifications", "TestWithoutNotifications", "Disable", "PendingDeletion"}

func dlpPolicyKind() KindSpec {
	fields := []Field{
		{Name: "name", Type: String, From: "Name", Doc: "Name of the policy."},
		{Name: "guid", Type: String, From: "Guid", Doc: "GUID of the policy."},
		{Name: "mode", Type: String, From: "Mode", Enum: dlpModes, Doc: "Whether the policy acts, is tested or is off."},
		{Name: "enabled", Type: Bool, From: "Enabled", Doc: "Whether the policy is switched on."},
		{Name: "enforced", Type: Bool, Doc: "Whether the policy acts: switched on and not in test."},
		{Name: "acts", Type: Bool, Doc: "Whether the policy acts and at least one of its rules is on: without a rule it does nothing."},
		{Name: "enforcementPlanes", Type: Strings, From: "EnforcementPlanes", Null: []string{}, Doc: "Further services, such as CopilotExperiences."},
		{Name: "complete", Type: Strings, Doc: "Services in which the policy applies to everything, without exceptions."},
	}
	for _, l := range dlpServices {
		fields = append(fields, Field{Name: l.field, Type: Strings, From: l.member, Null: []string{}, Doc: "Where in " + l.name + " the policy applies."})
	}
	return KindSpec{
		Kind: "dlpPolicy", Singular: "data loss prevention policy", Plural: "data loss prevention policies",
		DataSet: "purview/DlpCompliancePolicy", Configuration: true, Names: []string{"Name"}, Fields: fields,
	}
}

func dlpRuleKind() KindSpec {
	return KindSpec{
		Kind: "dlpRule", Singular: "data loss prevention rule", Plural: "data loss prevention rules",
		DataSet: "purview/DlpComplianceRule", Configuration: true, Names: []string{"Name"},
		Fields: []Field{
			{Name: "parentPolicyName", Type: String, From: "ParentPolicyName", Doc: "Policy that the rule belongs to."},
			{Name: "policyGuid", Type: String, From: "Policy", Doc: "GUID of that policy."},
			{Name: "disabled", Type: Bool, From: "Disabled", Doc: "Whether the rule is off."},
			{Name: "blockAccess", Type: Bool, From: "BlockAccess", Doc: "Whether the rule blocks access to what it finds."},
			{Name: "blockAccessScope", Type: String, From: "BlockAccessScope", Null: "", Doc: "Whom it blocks: All, PerUser, PerAnonymousUser; empty for nobody."},
			{Name: "notifyUser", Type: Strings, From: "NotifyUser", Null: []string{}, Doc: "Whom it tells."},
			{Name: "enforced", Type: Bool, Doc: "Whether the rule acts: it is on and its policy acts."},
			{Name: "types", Type: Strings, Doc: "Sensitive information types that the rule looks for."},
		},
	}
}

func sensitiveTypeKind() KindSpec {
	return KindSpec{
		Kind: "sensitiveType", Singular: "sensitive information type", Plural: "sensitive information types", Configuration: true,
		Fields: []Field{
			{Name: "name", Type: String, Doc: "Name of the type, such as Credit Card Number."},
			{Name: "protected", Type: Bool, Doc: "Whether a rule that acts looks for it."},
			{Name: "blocked", Type: Bool, Doc: "Whether such a rule blocks access for everybody."},
			{Name: "notified", Type: Bool, Doc: "Whether such a rule tells somebody."},
			{Name: "rules", Type: Strings, Doc: "Rules that act and look for it."},
		},
	}
}

func dlpLocationKind() KindSpec {
	return KindSpec{
		Kind: "dlpLocation", Singular: "service under data loss prevention", Plural: "services under data loss prevention", Configuration: true,
		Fields: []Field{
			{Name: "name", Type: String, Doc: "Exchange, SharePoint, OneDrive, Teams or Devices."},
			{Name: "types", Type: Strings, Doc: "Sensitive information types that rules look for everywhere in this service."},
			{Name: "policies", Type: Strings, Doc: "Policies that act everywhere in this service."},
		},
	}
}
