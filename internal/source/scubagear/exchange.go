// SPDX-License-Identifier: Apache-2.0

package scubagear

// exchangeMappings are the members that the providers for Exchange Online, for
// Defender (later Security Suite) and for DNS write. Names that only the oldest
// versions use stand above those of newer ones.
func exchangeMappings() []mapping {
	named := []string{"Guid", "Identity", "Name"}
	defender, dlp := "defender_license", "defender_dlp_license"
	return []mapping{
		{key: "org_config", set: "exchange/OrganizationConfig", id: named, rename: organizationName, command: "Get-OrganizationConfig"},
		{key: "transport_config", set: "exchange/TransportConfig", id: named, command: "Get-TransportConfig"},
		{key: "remote_domains", set: "exchange/RemoteDomain", id: named, command: "Get-RemoteDomain"},
		{key: "all_domains", set: "exchange/AcceptedDomain", id: named, command: "Get-AcceptedDomain"},
		{key: "accepted_domains", set: "exchange/AcceptedDomain", id: named, command: "Get-AcceptedDomain"},
		{key: "sharing_policy", set: "exchange/SharingPolicy", id: named, command: "Get-SharingPolicy"},
		{key: "transport_rule", set: "exchange/TransportRule", id: named, command: "Get-TransportRule"},
		{key: "conn_filter", set: "exchange/HostedConnectionFilterPolicy", id: named, command: "Get-HostedConnectionFilterPolicy"},
		{key: "inbound_connectors", set: "exchange/InboundConnector", id: named, command: "Get-InboundConnector"},
		{key: "outbound_connectors", set: "exchange/OutboundConnector", id: named, command: "Get-OutboundConnector"},
		{key: "intra_org_connectors", set: "exchange/IntraOrganizationConnector", id: named, command: "Get-IntraOrganizationConnector"},
		{key: "org_relationships", set: "exchange/OrganizationRelationship", id: named, command: "Get-OrganizationRelationship"},
		{key: "dkim_config", set: "exchange/DkimSigningConfig", id: named, command: "Get-DkimSigningConfig"},

		{key: "spf_records", set: "dns/spf", id: []string{"domain"}, command: "Get-ScubaSpfRecord"},
		{key: "dkim_records", set: "dns/dkim", id: []string{"domain"}, command: "Get-ScubaDkimRecord"},
		{key: "dmarc_records", set: "dns/dmarc", id: []string{"domain"}, command: "Get-ScubaDmarcRecord"},

		{key: "admin_audit_log_config", set: "exchange/AdminAuditLogConfig", id: named, command: "Get-AdminAuditLogConfig"},
		{key: "protection_policy_rules", set: "exchange/EOPProtectionPolicyRule", id: named, command: "Get-EOPProtectionPolicyRule"},
		{key: "anti_phish_policies", set: "exchange/AntiPhishPolicy", id: named, command: "Get-AntiPhishPolicy"},
		{key: "anti_phish_rules", set: "exchange/AntiPhishRule", id: named, command: "Get-AntiPhishRule"},
		{key: "hosted_content_filter_policies", set: "exchange/HostedContentFilterPolicy", id: named, command: "Get-HostedContentFilterPolicy"},
		{key: "hosted_content_filter_rules", set: "exchange/HostedContentFilterRule", id: named, command: "Get-HostedContentFilterRule"},
		{key: "malware_filter_policies", set: "exchange/MalwareFilterPolicy", id: named, command: "Get-MalwareFilterPolicy"},
		{key: "anti_malware_policies", set: "exchange/MalwareFilterPolicy", id: named, command: "Get-MalwareFilterPolicy"},
		{key: "anti_malware_rules", set: "exchange/MalwareFilterRule", id: named, command: "Get-MalwareFilterRule"},

		{key: "atp_policy_for_o365", set: "exchange/AtpPolicyForO365", id: named, command: "Get-AtpPolicyForO365", licence: defender},
		{key: "atp_policy_rules", set: "exchange/ATPProtectionPolicyRule", id: named, command: "Get-ATPProtectionPolicyRule", licence: defender},
		{key: "built_in_protection_rules", set: "exchange/ATPBuiltInProtectionRule", id: named, command: "Get-ATPBuiltInProtectionRule", licence: defender},
		{key: "safe_links_policies", set: "exchange/SafeLinksPolicy", id: named, command: "Get-SafeLinksPolicy", licence: defender},
		{key: "safe_links_rules", set: "exchange/SafeLinksRule", id: named, command: "Get-SafeLinksRule", licence: defender},
		{key: "safe_attachment_policies", set: "exchange/SafeAttachmentPolicy", id: named, command: "Get-SafeAttachmentPolicy", licence: defender},
		{key: "safe_attachment_rules", set: "exchange/SafeAttachmentRule", id: named, command: "Get-SafeAttachmentRule", licence: defender},

		{key: "dlp_compliance_policies", set: "purview/DlpCompliancePolicy", id: named, command: "Get-DlpCompliancePolicy", licence: dlp},
		{key: "dlp_compliance_rules", set: "purview/DlpComplianceRule", id: named, command: "Get-DlpComplianceRule", licence: dlp},
		{key: "protection_alerts", set: "purview/ProtectionAlert", id: named, command: "Get-ProtectionAlert", licence: dlp},
		{key: "unified_audit_log_retention_policies", set: "purview/UnifiedAuditLogRetentionPolicy", id: named, command: "Get-UnifiedAuditLogRetentionPolicy"},
	}
}

// organizationName gives a member the spelling of the cmdlet: the export picks
// members by name, and PowerShell keeps the letter case that it was asked with.
func organizationName(name string) string {
	if name == "CustomerLockboxEnabled" {
		return "CustomerLockBoxEnabled"
	}
	return name
}
