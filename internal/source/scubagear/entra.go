// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// entraMappings reads what the export holds of Entra ID, except Conditional
// Access. Members that every organisation fills are never empty: an empty one
// was not read, whatever the export says of its cmdlets.
func entraMappings() []mapping {
	id := []string{"id"}
	return []mapping{
		{key: "authorization_policies", set: "graph/policies/authorizationPolicy", rename: lowerFirst, shape: filled, command: "Get-MgBetaPolicyAuthorizationPolicy"},
		{key: "admin_consent_policies", set: "graph/policies/adminConsentRequestPolicy", rename: lowerFirst, shape: filled, command: "Get-MgBetaPolicyAdminConsentRequestPolicy"},
		{key: "authentication_method", set: "graph/policies/authenticationMethodsPolicy", rename: lowerFirst, shape: methodsPolicy, command: "Get-MgBetaPolicyAuthenticationMethodPolicy"},
		{key: "directory_settings", set: "graph/settings", id: id, rename: lowerFirst, command: "Get-MgBetaDirectorySetting"},
		{key: "domain_settings", set: "graph/domains", rename: lowerFirst, shape: filled, command: "Get-MgBetaDomain"},
		{key: "tenant_details", set: "graph/organization", rename: lowerFirst, shape: organization},
		{key: "service_plans", set: "graph/subscribedSkus", rename: lowerFirst, shape: plans, command: "Get-MgBetaSubscribedSku"},
		{key: "license_information", set: "scubagear/licenseInformation", id: []string{"skuId"}, rename: lowerFirst, command: "Get-MgBetaSubscribedSku"},
		{key: "privileged_users", set: "scubagear/privilegedUsers", rename: lowerFirst, shape: privilegedUsers, command: "Get-PrivilegedUser"},
		{key: "privileged_service_principals", set: "scubagear/privilegedServicePrincipals", rename: lowerFirst, shape: byMember, command: "Get-PrivilegedUser"},
		{key: "privileged_roles", set: "graph/roleManagement/directory/roleAssignmentScheduleInstances", rename: lowerFirst, shape: roleAssignments, command: "Get-PrivilegedRole"},
		{key: "privileged_roles", set: "graph/policies/roleManagementPolicyAssignments", rename: lowerFirst, shape: rolePolicies, command: "Get-PrivilegedRole"},
		// Without a risky service principal the export lists no risky application
		// either, so that an empty list says nothing.
		{key: "risky_applications", set: "scubagear/riskyApplications", rename: lowerFirst, shape: filled, command: "Get-ApplicationsWithRiskyPermissions"},
		{key: "risky_third_party_service_principals", set: "scubagear/riskyThirdPartyServicePrincipals", id: []string{"objectId", "appId"}, rename: lowerFirst, command: "Get-ServicePrincipalsWithRiskyPermissions"},
		{key: "risky_delegated_permission_classifications", set: "scubagear/riskyPermissionClassifications", id: []string{"objectId", "appId"}, rename: lowerFirst, command: "Get-ServicePrincipalsWithRiskyDelegatedPermissionClassifications"},
		{key: "legacy_exchange_service_principal", set: "scubagear/legacyExchangeServicePrincipal", id: []string{"objectId", "appId"}, rename: lowerFirst, command: "Get-LegacyExchangeServicePrincipal"},
		{key: "dedicated_exchange_hybrid_applications", set: "scubagear/exchangeHybridApplications", rename: lowerFirst, command: "Get-DedicatedExchangeHybridApplications"},
	}
}

var errUnfilled = errors.New("is empty, so it was not read")

// filled reads a list of objects that has at least one.
func filled(raw jsontext.Value) ([]posture.Object, error) {
	var objects []posture.Object
	err := eachObject(raw, func(item jsontext.Value) error {
		flat, err := flattened(item)
		if err != nil {
			return err
		}
		keys := mapping{id: []string{"id", "appId"}}
		objects = append(objects, posture.Object{Key: keys.keyOf(flat, len(objects)), Raw: flat})
		return nil
	})
	if err == nil && len(objects) == 0 {
		err = errUnfilled
	}
	return objects, err
}

// methodsPolicy puts the policy and the configurations of its methods together
// again. Versions before 1.3 have not taken them apart.
func methodsPolicy(raw jsontext.Value) ([]posture.Object, error) {
	objects, err := filled(raw)
	if err != nil {
		return nil, err
	}
	members, err := membersOf(objects[0].Raw)
	if err != nil {
		return nil, err
	}
	policy, apart := members["authentication_method_policy"]
	if !apart {
		return objects[:1], nil
	}
	parts, err := filled(policy)
	if err != nil {
		return nil, fmt.Errorf("authentication_method_policy: %w", err)
	}
	whole, err := membersOf(parts[0].Raw)
	if err != nil {
		return nil, err
	}
	if methods, ok := members["authentication_method_feature_settings"]; ok {
		whole["authenticationMethodConfigurations"] = methods
	}
	object, err := objectOf(whole)
	return []posture.Object{{Key: parts[0].Key, Raw: object}}, err
}

// organization takes the object of Graph out of tenant_details, where a string
// with an error stands when it could not be read.
func organization(raw jsontext.Value) ([]posture.Object, error) {
	var data jsontext.Value
	err := eachObject(raw, func(item jsontext.Value) error {
		members, err := membersOf(item)
		if found, ok := members["aADAdditionalData"]; ok && data == nil {
			data = found
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, errUnfilled
	}
	return filled(data)
}

// plans makes one subscription of the flat list of service plans. The export
// lists only those that are in use.
func plans(raw jsontext.Value) ([]posture.Object, error) {
	n := 0
	if err := eachObject(raw, func(jsontext.Value) error { n++; return nil }); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, errUnfilled
	}
	object, err := objectOf(map[string]jsontext.Value{"servicePlans": raw})
	return []posture.Object{{Key: "export", Raw: object}}, err
}

// privilegedUsers is never empty: somebody administers every organisation.
func privilegedUsers(raw jsontext.Value) ([]posture.Object, error) {
	objects, err := byMember(raw)
	if err == nil && len(objects) == 0 {
		err = errUnfilled
	}
	return objects, err
}

// byMember reads an object whose members are the objects, under their ids.
func byMember(raw jsontext.Value) ([]posture.Object, error) {
	if raw.Kind() == jsontext.KindNull {
		return nil, nil
	}
	members, err := membersOf(raw)
	if err != nil {
		return nil, err
	}
	var objects []posture.Object
	for id, value := range members {
		inner, err := membersOf(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", posture.Printable(id), err)
		}
		if inner["id"], err = jsontext.AppendQuote(nil, id); err != nil {
			return nil, err
		}
		object, err := objectOf(inner)
		if err != nil {
			return nil, err
		}
		objects = append(objects, posture.Object{Key: id, Raw: object})
	}
	return objects, nil
}
