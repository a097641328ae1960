// SPDX-License-Identifier: Apache-2.0

package entity

import "github.com/go-json-experiment/json/jsontext"

// derivePasskeys reads the rules for new passkeys. Where the policy has
// profiles they replace the older settings beside them, and what is not the
// same in all profiles is only as strict as the weakest of them.
func derivePasskeys(m *Model) {
	t := m.Table("authenticationMethods")
	for row := range t.Len() {
		attestation, list := Unknown, Unknown
		if fido, ok := method(m.rawOf(methodSet, t.Keys[row]), "Fido2"); ok {
			attestation, list = passkeyRules(fido)
		}
		t.SetTri(row, "passkey.attestation", attestation, absent(methodSet, "attestation of Fido2"))
		t.SetTri(row, "passkey.allowList", list, absent(methodSet, "keyRestrictions of Fido2"))
	}
}

func passkeyRules(fido jsontext.Value) (attestation, list Tri) {
	var profiles []jsontext.Value
	if raw, ok := memberAt(fido, "passkeyProfiles"); ok {
		var err error
		if profiles, err = objectsIn(raw); err != nil {
			return Unknown, Unknown
		}
	}
	if len(profiles) == 0 {
		return truth(fido, "isAttestationEnforced"), allowList(fido)
	}
	attestation, list = True, True
	for _, profile := range profiles {
		attestation = attestation.And(attested(textOf(profile, "attestationEnforcement")))
		list = list.And(allowList(profile))
	}
	return attestation, list
}

func attested(enforcement string) Tri {
	switch enforcement {
	case "registrationOnly":
		return True
	case "disabled":
		return False
	}
	return Unknown // a value that a later version of Graph has added
}

// allowList is true when only models on a list that is not empty may be used.
func allowList(rules jsontext.Value) Tri {
	enforced := truth(rules, "keyRestrictions", "isEnforced")
	if enforced != True {
		return enforced
	}
	switch textOf(rules, "keyRestrictions", "enforcementType") {
	case "allow":
	case "block":
		return False
	default:
		return Unknown
	}
	models, ok := memberAt(rules, "keyRestrictions", "aaGuids")
	if !ok {
		return Unknown
	}
	n, unreadable := 0, false
	err := eachItem(models, func(item jsontext.Value) error {
		text, ok := stringOf(item)
		unreadable = unreadable || !ok
		if text != "" {
			n++
		}
		return nil
	})
	if err != nil || unreadable {
		return Unknown
	}
	return TriOf(n > 0)
}
