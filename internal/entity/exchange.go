// SPDX-License-Identifier: Apache-2.0

package entity

import "slices"

// exchangeProduct declares what Exchange Online and Defender for Office 365
// hold: settings of the organisation, mail policies, connectors and rules, and
// the mailboxes with the policies in force for them.
func exchangeProduct() Product {
	return Product{
		Kinds: slices.Concat(
			exchangeSettingKinds(), exchangePolicyKinds(), mailRuleKinds(), mailPolicyKinds(), defenderKinds(),
			[]KindSpec{presetKind(), mailboxKind(), mailDomainKind()},
		),
		Derive: []Derive{
			deriveBookings, deriveSharing, deriveMailRules, deriveForwardingSettings, deriveExternalWarning, deriveConnectors,
			deriveAdvancedFilters, deriveBuiltInExceptions, deriveTeamsZap, derivePresets, deriveMailboxes, deriveMailDomains,
		},
	}
}

// exchangeSettingKinds are settings of the whole organisation. What a cmdlet
// leaves out is unknown: it does so where the licence is missing.
func exchangeSettingKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "exchangeOrganization", Singular: "Exchange organization settings", Plural: "Exchange organization settings",
			DataSet: "exchange/OrganizationConfig", Always: true, Singleton: true, Configuration: true, Names: []string{"DisplayName", "Name"},
			Fields: []Field{
				{Name: "auditDisabled", Type: Bool, From: "AuditDisabled", Doc: "Whether recording of actions in mailboxes is off for everybody."},
				{Name: "oAuth2ClientProfileEnabled", Type: Bool, From: "OAuth2ClientProfileEnabled", Doc: "Whether clients may use modern authentication."},
				{Name: "customerLockBoxEnabled", Type: Bool, From: "CustomerLockBoxEnabled", Doc: "Whether Microsoft's engineers need approval before they see content."},
				{Name: "mailTipsAllTipsEnabled", Type: Bool, From: "MailTipsAllTipsEnabled", Doc: "Whether mail tips are shown."},
				{Name: "mailTipsExternalRecipientsTipsEnabled", Type: Bool, From: "MailTipsExternalRecipientsTipsEnabled", Doc: "Whether a tip warns of recipients outside."},
				{Name: "mailTipsGroupMetricsEnabled", Type: Bool, From: "MailTipsGroupMetricsEnabled", Doc: "Whether tips tell the size of groups."},
				{Name: "mailTipsLargeAudienceThreshold", Type: Int, From: "MailTipsLargeAudienceThreshold", Doc: "Number of recipients from which a tip warns of a large audience."},
				{Name: "rejectDirectSend", Type: Bool, From: "RejectDirectSend", Doc: "Whether mail from own domains that nobody signed in for is refused."},
				{Name: "bookingsEnabled", Type: Bool, From: "BookingsEnabled", Doc: "Whether Bookings may be used."},
				{Name: "bookingsForAnybody", Type: Bool, Doc: "Whether people may make public booking pages without an administrator."},
				{Name: "activityTimeoutEnabled", Type: Bool, From: "ActivityBasedAuthenticationTimeoutEnabled", Doc: "Whether Outlook on the web signs idle people out."},
				{Name: "activityTimeout", Type: Seconds, From: "ActivityBasedAuthenticationTimeoutInterval", Doc: "After how many seconds it does so."},
			},
		},
		{
			Kind: "transportConfig", Singular: "mail transport settings", Plural: "mail transport settings",
			DataSet: "exchange/TransportConfig", Always: true, Singleton: true, Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "smtpClientAuthenticationDisabled", Type: Bool, From: "SmtpClientAuthenticationDisabled", Doc: "Whether sending with SMTP and a password is off."},
				{Name: "allowLegacyTLSClients", Type: Bool, From: "AllowLegacyTLSClients", Null: false, Doc: "Whether devices with TLS 1.0 and 1.1 may send over the endpoint for old clients."},
			},
		},
		{
			Kind: "auditConfig", Singular: "audit log settings", Plural: "audit log settings",
			DataSet: "exchange/AdminAuditLogConfig", Always: true, Singleton: true, Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "unifiedAuditLogIngestionEnabled", Type: Bool, From: "UnifiedAuditLogIngestionEnabled", Doc: "Whether actions of people and administrators are recorded in the audit log."},
				{Name: "adminAuditLogEnabled", Type: Bool, From: "AdminAuditLogEnabled", Doc: "Whether changes by Exchange administrators are recorded."},
			},
		},
		{
			Kind: "externalWarning", Singular: "warning of external senders", Plural: "warnings of external senders", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "tag", Type: Bool, Doc: "Whether Outlook marks mail from outside."},
				{Name: "rule", Type: Bool, Doc: "Whether a mail flow rule puts a warning before the subject or the text of all mail from outside."},
				{Name: "rules", Type: Strings, Doc: "Names of the rules that do so."},
			},
		},
		{
			Kind: "mailForwarding", Singular: "forwarding settings", Plural: "forwarding settings", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "remoteDomainsClosed", Type: Bool, Doc: "Whether no remote domain, the default one included, receives automatically forwarded mail."},
				{Name: "openDomains", Type: Strings, Doc: "Remote domains that receive it."},
				{Name: "noRuleRedirects", Type: Bool, Doc: "Whether no enabled mail flow rule sends mail on to somebody outside."},
				{Name: "redirectingRules", Type: Strings, Doc: "Names of the rules that do so, or that may."},
			},
		},
	}
}

// exchangePolicyKinds are policies that are not about filtering.
func exchangePolicyKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "sharingPolicy", Singular: "sharing policy", Plural: "sharing policies",
			DataSet: "exchange/SharingPolicy", Always: true, Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "enabled", Type: Bool, From: "Enabled", Doc: "Whether the policy is in use."},
				{Name: "domains", Type: Strings, From: "Domains", Null: []string{}, Doc: "With whom what may be shared: \"domain:what\"."},
				{Name: "sharesCalendars", Type: Bool, Doc: "Whether calendars may be shared with everybody or anonymously."},
				{Name: "sharesCalendarDetails", Type: Bool, Doc: "Whether more than free and busy times may be."},
				{Name: "sharesContacts", Type: Bool, Doc: "Whether contacts may be shared with everybody or anonymously."},
			},
		},
		{
			Kind: "roleAssignmentPolicy", Singular: "role assignment policy", Plural: "role assignment policies",
			DataSet: "exchange/RoleAssignmentPolicy", Always: true, Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "isDefault", Type: Bool, From: "IsDefault", Doc: "Whether new mailboxes get this policy."},
				{Name: "assignedRoles", Type: Strings, From: "AssignedRoles", Null: []string{}, Doc: "What people may do with their own mailbox."},
			},
		},
		{
			Kind: "owaMailboxPolicy", Singular: "Outlook on the web policy", Plural: "Outlook on the web policies",
			DataSet: "exchange/OwaMailboxPolicy", Always: true, Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "isDefault", Type: Bool, From: "IsDefault", Doc: "Whether new mailboxes get this policy."},
				{Name: "additionalStorageProvidersAvailable", Type: Bool, From: "AdditionalStorageProvidersAvailable", Doc: "Whether files can be attached from private storage services."},
				{Name: "bookingsMailboxCreationEnabled", Type: Bool, From: "BookingsMailboxCreationEnabled", Doc: "Whether people may make booking pages."},
				{Name: "personalAccountsEnabled", Type: Bool, From: "PersonalAccountsEnabled", Doc: "Whether private mail accounts can be added to new Outlook."},
				{Name: "personalAccountCalendarsEnabled", Type: Bool, From: "PersonalAccountCalendarsEnabled", Doc: "Whether private calendars can be added."},
			},
		},
		{
			Kind: "organizationRelationship", Singular: "organization relationship", Plural: "organization relationships",
			DataSet: "exchange/OrganizationRelationship", Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "enabled", Type: Bool, From: "Enabled", Doc: "Whether the relationship is in use."},
				{Name: "domainNames", Type: Strings, From: "DomainNames", Null: []string{}, Doc: "Domains of the other organisation."},
				{Name: "freeBusyAccessEnabled", Type: Bool, From: "FreeBusyAccessEnabled", Doc: "Whether the other side sees when people are busy."},
				{Name: "freeBusyAccessLevel", Type: String, From: "FreeBusyAccessLevel", Enum: []string{"None", "AvailabilityOnly", "LimitedDetails"}, Doc: "How much of the calendars it sees."},
			},
		},
		{
			Kind: "mailboxAuditBypass", Singular: "mailbox audit bypass", Plural: "mailbox audit bypasses",
			DataSet: "exchange/MailboxAuditBypassAssociation", Names: []string{"Name", "Identity"},
			Fields: []Field{
				{Name: "auditBypassEnabled", Type: Bool, From: "AuditBypassEnabled", Doc: "Whether what this account does in mailboxes is not recorded."},
			},
		},
	}
}

// mailRuleKinds decide about mail on its way.
func mailRuleKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "remoteDomain", Singular: "remote domain", Plural: "remote domains",
			DataSet: "exchange/RemoteDomain", Configuration: true, Names: []string{"Name", "DomainName"},
			Fields: []Field{
				{Name: "domainName", Type: String, From: "DomainName", Doc: "Domain that the settings are for; * is every domain without settings of its own."},
				{Name: "autoForwardEnabled", Type: Bool, From: "AutoForwardEnabled", Doc: "Whether mail may be forwarded there automatically."},
			},
		},
		{
			Kind: "transportRule", Singular: "mail flow rule", Plural: "mail flow rules",
			DataSet: "exchange/TransportRule", Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "name", Type: String, From: "Name", Doc: "Name of the rule."},
				{Name: "state", Type: String, From: "State", Enum: []string{"Enabled", "Disabled"}, Doc: "Whether the rule is switched on."},
				{Name: "mode", Type: String, From: "Mode", Enum: []string{"Enforce", "Audit", "AuditAndNotify"}, Doc: "Whether the rule acts or only reports."},
				{Name: "senderDomainIs", Type: Strings, From: "SenderDomainIs", Null: []string{}, Doc: "Domains of senders that the rule is about."},
				{Name: "setHeaderName", Type: String, From: "SetHeaderName", Null: "", Doc: "Header that the rule writes."},
				{Name: "skipsSpamFilter", Type: Bool, Doc: "Whether the rule takes mail of listed senders, or of everybody, past the spam filter."},
				{Name: "skipsDefender", Type: Bool, Doc: "Whether the rule takes mail past Safe Links or Safe Attachments."},
			},
		},
		{
			Kind: "connectionFilter", Singular: "connection filter policy", Plural: "connection filter policies",
			DataSet: "exchange/HostedConnectionFilterPolicy", Always: true, Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "ipAllowCount", Type: Int, From: "IPAllowList[]", Null: int64(0), Doc: "Number of addresses whose mail is not filtered."},
				{Name: "enableSafeList", Type: Bool, From: "EnableSafeList", Doc: "Whether Microsoft's list of trusted senders passes the filter."},
			},
		},
		{
			Kind: "inboundConnector", Singular: "inbound connector", Plural: "inbound connectors",
			DataSet: "exchange/InboundConnector", Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "enabled", Type: Bool, From: "Enabled", Doc: "Whether the connector is in use."},
				{Name: "connectorType", Type: String, From: "ConnectorType", Doc: "Partner, or OnPremises for own servers."},
				{Name: "requireTls", Type: Bool, From: "RequireTls", Doc: "Whether mail must arrive encrypted."},
				{Name: "restrictDomainsToIPAddresses", Type: Bool, From: "RestrictDomainsToIPAddresses", Doc: "Whether only the listed addresses may send."},
				{Name: "restrictDomainsToCertificate", Type: Bool, From: "RestrictDomainsToCertificate", Doc: "Whether only a sender with the named certificate may send."},
			},
		},
		{
			Kind: "outboundConnector", Singular: "outbound connector", Plural: "outbound connectors",
			DataSet: "exchange/OutboundConnector", Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "enabled", Type: Bool, From: "Enabled", Doc: "Whether the connector is in use."},
				{Name: "connectorType", Type: String, From: "ConnectorType", Doc: "Partner, or OnPremises for own servers."},
				{Name: "tlsSettings", Type: String, From: "TlsSettings", Null: "", Doc: "What must be true of the encryption: EncryptionOnly, CertificateValidation, DomainValidation; empty for nothing."},
				{Name: "requiresTls", Type: Bool, Doc: "Whether mail leaves encrypted or not at all."},
			},
		},
	}
}

// defenderKinds are settings of Defender for Office 365 that are not about one
// mailbox.
func defenderKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "atpPolicy", Singular: "Defender settings for Office", Plural: "Defender settings for Office",
			DataSet: "exchange/AtpPolicyForO365", Always: true, Singleton: true, Configuration: true, Names: []string{"Name"},
			Fields: []Field{
				{Name: "enableATPForSPOTeamsODB", Type: Bool, From: "EnableATPForSPOTeamsODB", Doc: "Whether files in SharePoint, OneDrive and Teams are checked."},
				{Name: "enableSafeDocs", Type: Bool, From: "EnableSafeDocs", Doc: "Whether documents are checked before they leave Protected View."},
				{Name: "allowSafeDocsOpen", Type: Bool, From: "AllowSafeDocsOpen", Doc: "Whether people may open a document that was found dangerous."},
			},
		},
		{
			Kind: "builtInProtection", Singular: "Built-in protection", Plural: "Built-in protection", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "exceptions", Type: Strings, Doc: "Users, groups and domains that Built-in protection leaves out."},
			},
		},
		{
			Kind: "teamsZap", Singular: "Teams protection policy", Plural: "Teams protection policies", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "zapEnabled", Type: Bool, Doc: "Whether dangerous messages are taken out of Teams later."},
				{Name: "exceptions", Type: Strings, Doc: "Users, groups and domains that are left out."},
			},
		},
	}
}
