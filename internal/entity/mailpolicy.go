// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"

	"securescore/internal/posture"
)

// spamActions are what an anti-spam policy can do with a message.
var spamActions = []string{"MoveToJmf", "AddXHeader", "ModifySubject", "Redirect", "Delete", "Quarantine", "NoAction"}

// phishActions are what an anti-phishing policy can do with a message.
var phishActions = []string{"NoAction", "BccMessage", "Delete", "MoveToJmf", "Quarantine", "Redirect"}

// onOff are the values of the older switches of anti-spam policies.
var onOff = []string{"Off", "On", "Test"}

// policyNames are the fields that every mail policy has: how rules name it,
// and which of the built-in ones it is.
func policyNames() []Field {
	return []Field{
		{Name: "name", Type: String, From: "Name", Doc: "Name of the policy."},
		{Name: "identity", Type: String, From: "Identity", Doc: "Identity by which rules and cmdlets name the policy."},
		{Name: "guid", Type: String, From: "Guid", Doc: "GUID of the policy."},
		{Name: "isDefault", Type: Bool, From: "IsDefault", Doc: "Whether the policy applies to everybody whom no other one reaches."},
		{Name: "recommendedType", Type: String, From: "RecommendedPolicyType", Enum: []string{"Standard", "Strict", "Custom", "Evaluation"}, Doc: "Whether the policy belongs to a preset of Microsoft."},
	}
}

func antiPhishFields() []Field {
	return []Field{
		{Name: "enabled", Type: Bool, From: "Enabled", Doc: "Whether the policy is switched on."},
		{Name: "phishThresholdLevel", Type: Int, From: "PhishThresholdLevel", Doc: "How readily mail counts as phishing: 1 standard, 2 aggressive, 3 more aggressive, 4 most aggressive."},
		{Name: "enableMailboxIntelligence", Type: Bool, From: "EnableMailboxIntelligence", Doc: "Whether the service learns with whom the owner of a mailbox writes."},
		{Name: "enableMailboxIntelligenceProtection", Type: Bool, From: "EnableMailboxIntelligenceProtection", Doc: "Whether mail that imitates a known contact is acted on."},
		{Name: "mailboxIntelligenceProtectionAction", Type: String, From: "MailboxIntelligenceProtectionAction", Enum: phishActions, Doc: "What happens to mail that imitates a known contact."},
		{Name: "enableOrganizationDomainsProtection", Type: Bool, From: "EnableOrganizationDomainsProtection", Doc: "Whether the organisation's own domains are protected from imitation."},
		{Name: "enableTargetedDomainsProtection", Type: Bool, From: "EnableTargetedDomainsProtection", Doc: "Whether the listed domains are protected from imitation."},
		{Name: "targetedDomainsToProtect", Type: Strings, From: "TargetedDomainsToProtect", Null: []string{}, Doc: "Domains of others that are protected from imitation."},
		{Name: "targetedDomainProtectionAction", Type: String, From: "TargetedDomainProtectionAction", Enum: phishActions, Doc: "What happens to mail from an imitated domain."},
		{Name: "enableTargetedUserProtection", Type: Bool, From: "EnableTargetedUserProtection", Doc: "Whether the listed people are protected from imitation."},
		{Name: "targetedUsersToProtect", Type: Strings, From: "TargetedUsersToProtect", Null: []string{}, Doc: "People who are protected from imitation."},
		{Name: "targetedUserProtectionAction", Type: String, From: "TargetedUserProtectionAction", Enum: phishActions, Doc: "What happens to mail that imitates a listed person."},
		{Name: "enableSimilarDomainsSafetyTips", Type: Bool, From: "EnableSimilarDomainsSafetyTips", Doc: "Whether readers are warned of a domain that looks like a protected one."},
		{Name: "enableSimilarUsersSafetyTips", Type: Bool, From: "EnableSimilarUsersSafetyTips", Doc: "Whether readers are warned of a sender who looks like a protected person."},
		{Name: "enableUnusualCharactersSafetyTips", Type: Bool, From: "EnableUnusualCharactersSafetyTips", Doc: "Whether readers are warned of unusual characters in the sender's address."},
		{Name: "enableFirstContactSafetyTips", Type: Bool, From: "EnableFirstContactSafetyTips", Doc: "Whether readers are told that a sender writes for the first time."},
		{Name: "enableSpoofIntelligence", Type: Bool, From: "EnableSpoofIntelligence", Doc: "Whether forged senders are looked for."},
		{Name: "enableUnauthenticatedSender", Type: Bool, From: "EnableUnauthenticatedSender", Doc: "Whether a question mark stands beside senders that could not be authenticated."},
		{Name: "enableViaTag", Type: Bool, From: "EnableViaTag", Doc: "Whether a different sending domain is shown beside the sender."},
		{Name: "authenticationFailAction", Type: String, From: "AuthenticationFailAction", Enum: []string{"MoveToJmf", "Quarantine"}, Doc: "What happens to mail with a forged sender."},
		{Name: "honorDmarcPolicy", Type: Bool, From: "HonorDmarcPolicy", Doc: "Whether the DMARC policy of the sending domain is followed."},
		{Name: "dmarcRejectAction", Type: String, From: "DmarcRejectAction", Enum: []string{"Quarantine", "Reject"}, Doc: "What happens to mail whose domain asks to reject it."},
		{Name: "dmarcQuarantineAction", Type: String, From: "DmarcQuarantineAction", Enum: []string{"MoveToJmf", "Quarantine"}, Doc: "What happens to mail whose domain asks to quarantine it."},
		{Name: "excludedSenders", Type: Strings, From: "ExcludedSenders", Null: []string{}, Doc: "Senders whom impersonation protection lets through."},
		{Name: "excludedDomains", Type: Strings, From: "ExcludedDomains", Null: []string{}, Doc: "Domains that impersonation protection lets through."},
	}
}

func spamFields() []Field {
	return []Field{
		{Name: "bulkThreshold", Type: Int, From: "BulkThreshold", Doc: "Bulk complaint level from which bulk mail is acted on, 1 to 9."},
		{Name: "markAsSpamBulkMail", Type: String, From: "MarkAsSpamBulkMail", Enum: onOff, Doc: "Whether bulk mail above the threshold is acted on at all."},
		{Name: "bulkSpamAction", Type: String, From: "BulkSpamAction", Enum: spamActions, Doc: "What happens to bulk mail."},
		{Name: "spamAction", Type: String, From: "SpamAction", Enum: spamActions, Doc: "What happens to spam."},
		{Name: "highConfidenceSpamAction", Type: String, From: "HighConfidenceSpamAction", Enum: spamActions, Doc: "What happens to spam that is certain."},
		{Name: "phishSpamAction", Type: String, From: "PhishSpamAction", Enum: spamActions, Doc: "What happens to phishing."},
		{Name: "highConfidencePhishAction", Type: String, From: "HighConfidencePhishAction", Enum: spamActions, Doc: "What happens to phishing that is certain."},
		{Name: "quarantineRetentionPeriod", Type: Int, From: "QuarantineRetentionPeriod", Doc: "Days that spam stays in quarantine."},
		// Cmdlets write these lists as strings or as objects; their number is
		// known either way.
		{Name: "allowedSenderCount", Type: Int, From: "AllowedSenders[]", Null: int64(0), Doc: "Number of senders whose mail is not filtered."},
		{Name: "allowedDomainCount", Type: Int, From: "AllowedSenderDomains[]", Null: int64(0), Doc: "Number of domains whose mail is not filtered."},
		{Name: "spamZapEnabled", Type: Bool, From: "SpamZapEnabled", Doc: "Whether delivered spam is moved away later."},
		{Name: "phishZapEnabled", Type: Bool, From: "PhishZapEnabled", Doc: "Whether delivered phishing is moved away later."},
		{Name: "inlineSafetyTipsEnabled", Type: Bool, From: "InlineSafetyTipsEnabled", Doc: "Whether readers see safety tips."},
		{Name: "advancedFiltersOff", Type: Bool, Doc: "Whether all retired advanced spam filters are off."},
	}
}

// advancedSpamFilters are the members of an anti-spam policy for the filters
// that Microsoft has retired in favour of the standard ones.
var advancedSpamFilters = []string{
	"IncreaseScoreWithBizOrInfoUrls", "IncreaseScoreWithImageLinks", "IncreaseScoreWithNumericIps", "IncreaseScoreWithRedirectToOtherPort",
	"MarkAsSpamEmbedTagsInHtml", "MarkAsSpamEmptyMessages", "MarkAsSpamFormTagsInHtml", "MarkAsSpamFramesInHtml",
	"MarkAsSpamFromAddressAuthFail", "MarkAsSpamJavaScriptInHtml", "MarkAsSpamNdrBackscatter", "MarkAsSpamObjectTagsInHtml",
	"MarkAsSpamSensitiveWordList", "MarkAsSpamSpfRecordHardFail", "MarkAsSpamWebBugsInHtml",
}

func malwareFields() []Field {
	return []Field{
		{Name: "enableFileFilter", Type: Bool, From: "EnableFileFilter", Doc: "Whether attachments of the listed types are blocked."},
		{Name: "fileTypes", Type: Strings, From: "FileTypes", Null: []string{}, Doc: "File name extensions of attachments that are blocked."},
		{Name: "zapEnabled", Type: Bool, From: "ZapEnabled", Doc: "Whether delivered malware is moved away later."},
		{Name: "quarantineTag", Type: String, From: "QuarantineTag", Doc: "Quarantine policy for malware."},
		{Name: "enableInternalSenderAdminNotifications", Type: Bool, From: "EnableInternalSenderAdminNotifications", Doc: "Whether an administrator is told of malware that people inside have sent."},
		{Name: "internalSenderAdminAddress", Type: String, From: "InternalSenderAdminAddress", Null: "", Doc: "Address that is told of it."},
	}
}

func safeLinksFields() []Field {
	return []Field{
		{Name: "enableSafeLinksForEmail", Type: Bool, From: "EnableSafeLinksForEmail", Doc: "Whether links in mail are checked."},
		{Name: "enableSafeLinksForTeams", Type: Bool, From: "EnableSafeLinksForTeams", Doc: "Whether links in Teams are checked."},
		{Name: "enableSafeLinksForOffice", Type: Bool, From: "EnableSafeLinksForOffice", Doc: "Whether links in Office apps are checked."},
		{Name: "enableForInternalSenders", Type: Bool, From: "EnableForInternalSenders", Doc: "Whether mail between people of the organisation is checked too."},
		{Name: "scanUrls", Type: Bool, From: "ScanUrls", Doc: "Whether suspicious links and links to files are scanned at once."},
		{Name: "deliverMessageAfterScan", Type: Bool, From: "DeliverMessageAfterScan", Doc: "Whether a message waits until its links are scanned."},
		{Name: "trackClicks", Type: Bool, From: "TrackClicks", Doc: "Whether clicks are recorded."},
		{Name: "allowClickThrough", Type: Bool, From: "AllowClickThrough", Doc: "Whether people may open a link in spite of the warning."},
		{Name: "disableUrlRewrite", Type: Bool, From: "DisableUrlRewrite", Doc: "Whether links stay as they are and are checked by the client only."},
	}
}

func safeAttachmentFields() []Field {
	return []Field{
		{Name: "enable", Type: Bool, From: "Enable", Doc: "Whether attachments are opened in a sandbox."},
		{Name: "action", Type: String, From: "Action", Enum: []string{"Allow", "Block", "Replace", "DynamicDelivery"}, Doc: "What happens to a message with a dangerous attachment."},
		{Name: "quarantineTag", Type: String, From: "QuarantineTag", Doc: "Quarantine policy for such messages."},
	}
}

func outboundFields() []Field {
	return []Field{
		{Name: "autoForwardingMode", Type: String, From: "AutoForwardingMode", Enum: []string{"Automatic", "On", "Off"}, Doc: "Whether mail may be forwarded outside automatically."},
		{Name: "recipientLimitExternalPerHour", Type: Int, From: "RecipientLimitExternalPerHour", Doc: "Recipients outside that a person may write to in an hour; 0 is the limit of the service."},
		{Name: "recipientLimitInternalPerHour", Type: Int, From: "RecipientLimitInternalPerHour", Doc: "Recipients inside that a person may write to in an hour; 0 is the limit of the service."},
		{Name: "recipientLimitPerDay", Type: Int, From: "RecipientLimitPerDay", Doc: "Recipients that a person may write to in a day; 0 is the limit of the service."},
		{Name: "actionWhenThresholdReached", Type: String, From: "ActionWhenThresholdReached", Enum: []string{"Alert", "BlockUserForToday", "BlockUser"}, Doc: "What happens to a person who reaches a limit."},
		{Name: "bccSuspiciousOutboundMail", Type: Bool, From: "BccSuspiciousOutboundMail", Doc: "Whether suspicious outgoing mail is copied to somebody."},
		{Name: "bccSuspiciousOutboundAdditionalRecipients", Type: Strings, From: "BccSuspiciousOutboundAdditionalRecipients", Null: []string{}, Doc: "Addresses that receive the copies."},
		{Name: "notifyOutboundSpam", Type: Bool, From: "NotifyOutboundSpam", Doc: "Whether somebody is told of a person who was blocked for sending spam."},
		{Name: "notifyOutboundSpamRecipients", Type: Strings, From: "NotifyOutboundSpamRecipients", Null: []string{}, Doc: "Addresses that are told."},
	}
}

// mailPolicyKinds are the policies themselves, one entity each.
func mailPolicyKinds() []KindSpec {
	builtIn := Field{Name: "isBuiltIn", Type: Bool, From: "IsBuiltInProtection", Doc: "Whether the policy is Built-in protection."}
	kind := func(kind posture.Kind, singular, plural, set string, fields ...Field) KindSpec {
		return KindSpec{
			Kind: kind, Singular: singular, Plural: plural, DataSet: set, Configuration: true,
			Names: []string{"Name", "Identity"}, Fields: slices.Concat(policyNames(), fields),
		}
	}
	return []KindSpec{
		kind("antiPhishPolicy", "anti-phishing policy", "anti-phishing policies", "exchange/AntiPhishPolicy", antiPhishFields()...),
		kind("spamPolicy", "anti-spam policy", "anti-spam policies", "exchange/HostedContentFilterPolicy", spamFields()...),
		kind("malwarePolicy", "anti-malware policy", "anti-malware policies", "exchange/MalwareFilterPolicy", malwareFields()...),
		kind("safeLinksPolicy", "Safe Links policy", "Safe Links policies", "exchange/SafeLinksPolicy", append(safeLinksFields(), builtIn)...),
		kind("safeAttachmentPolicy", "Safe Attachments policy", "Safe Attachments policies", "exchange/SafeAttachmentPolicy", append(safeAttachmentFields(), builtIn)...),
		kind("outboundSpamPolicy", "outbound spam policy", "outbound spam policies", "exchange/HostedOutboundSpamFilterPolicy", outboundFields()...),
	}
}

// deriveAdvancedFilters looks whether any of the retired filters is on. One
// that is in test mode marks mail too.
func deriveAdvancedFilters(m *Model) {
	t := m.Table("spamPolicy")
	eachRow(m, t, func(t *Table, row int, raw []byte) {
		values := membersOf(raw)
		off := True
		for _, name := range advancedSpamFilters {
			text, _ := stringOf(values[name])
			switch text {
			case "Off":
			case "On", "Test":
				off = False
			default:
				off = off.And(Unknown)
			}
		}
		t.SetTri(row, "advancedFiltersOff", off, posture.Reason{Code: posture.NotCollected, Detail: "not all advanced filters of the policy were in the evidence"})
	})
}
