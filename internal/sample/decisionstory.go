// SPDX-License-Identifier: Apache-2.0

package sample

import "securescore/internal/posture"

// decisionStory is what people decided.
func decisionStory() []event {
	return []event{
		{3, "Two emergency accounts are registered.", all(
			exempt("", emergency(0), 0, "Gets in when multifactor authentication or Conditional Access fails. The key is in the safe of the head office."),
			exempt("", emergency(1), 0, "Gets in when multifactor authentication or Conditional Access fails. The key is in the safe of the plant."),
		)},
		{42, "Joining meetings without an account is accepted until a project ends.", status(
			"meeting_restrictanonymousjoin_v1", posture.RiskAccepted, 180, operations, "Customers of the service desk join from phones without an account.", records+"R-104",
		)},
		{60, "Scripts in reports run where they can do no harm.", status(
			"pbi_r_python", posture.AlternateMitigation, 240, workplace, "Reports with scripts run in a workspace without access to production data.", records+"R-107",
		)},
		{93, "A new process for guests in Power BI is planned.", status("pbi_guest_invitations", posture.Planned, 0, workplace, "Part of the new guest process, with the owners of the reports.", records+"P-021")},
		{102, "Recording of meetings is accepted as a risk.", status("teams_recording_default", posture.RiskAccepted, 365, ciso, "Training and support need recordings; retention deletes them after 60 days.", records+"R-111")},
		{108, "The service accounts of scanner and backup are exempt.", all(
			exempt("MFARegistrationV2", serviceAccount(0), 365, "A program signs in, from one address only."),
			exempt("MFARegistrationV2", serviceAccount(1), 365, "A program signs in, from one address only."),
			exempt("ca_exclusion_gaps", serviceAccount(0), 365, "A program signs in, from one address only."),
			exempt("ca_exclusion_gaps", serviceAccount(1), 365, "A program signs in, from one address only."),
			exempt("ca_device_registration_mfa", serviceAccount(0), 365, "A program registers no device."),
			exempt("ca_device_registration_mfa", serviceAccount(1), 365, "A program registers no device."),
		)},
		{129, "Microsoft's own apps in Teams stay open.", status("teams_apps_microsoft", posture.RiskAccepted, 0, ciso, "People need them for daily work, and they come from the same supplier.", records+"R-112")},
		{159, "Data leaving through Teams is watched by a product of another maker.", status("mip_DLP_policies_Teams", posture.ThirdParty, 365, ciso, "Woodgrove Guard reads chats and channels and holds messages with personal data back.", records+"T-003")},
		{186, "Access from unmanaged devices is planned for the next budget.", status("spo_unmanaged_access", posture.Planned, 0, endpoints, "Needs the licence for all phones first.", records+"P-025")},
		{252, "Codes in the Authenticator app stay for people without a network.", status("entra_authenticator_no_codes", posture.RiskAccepted, 200, identity, "Workers in the tunnels have no network for weeks.", records+"R-121")},
		{291, "Passkeys of every maker are accepted until the stock is used up.", status("entra_passkey_models", posture.RiskAccepted, 60, identity, "Two hundred keys of an older model are in use.", records+"R-126")},
		{309, "Scripts in reports are looked at again, and the separate workspace is confirmed.", status(
			"pbi_r_python", posture.AlternateMitigation, 365, workplace, "The workspace was tested again and still has no access to production data.", records+"R-131",
		)},
		{336, "Ending security groups made by anybody is planned.", status("entra_security_group_creation", posture.Planned, 0, identity, "Follows when owners of the shared groups are named.", records+"P-033")},
		{348, "Moving the last settings of older sign-in policies is planned.", status("entra_methods_migrated", posture.Planned, 0, identity, "After the last telephone has left the stock of second factors.", records+"P-034")},
		{378, "The migration keeps its administrator for another month.", status("entra_few_global_administrators", posture.Planned, 30, identity, "The account loses the role when the last mailbox has moved.", records+"P-036")},
	}
}
