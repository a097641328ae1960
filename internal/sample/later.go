// SPDX-License-Identifier: Apache-2.0

package sample

import "securescore/internal/posture"

// Later are the controls that the organisation's first catalogue did not have.
func Later() []posture.ControlID {
	return []posture.ControlID{
		"ca_agent_risk_block", "ca_auth_transfer_block", "ca_device_code_block", "entra_passkey_models",
		"exo_direct_send_rejected", "intune_devices_windows_current", "mdo_zap_teams", "teams_trial_tenants",
	}
}
