// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
	"securescore/internal/source"
)

// collaborationMappings are the members about SharePoint, OneDrive, Teams, the
// Power Platform and Power BI. None of these is ever empty in a real
// organisation unless it says so below: an empty list is what ScubaGear writes
// when its cmdlet was refused, whose name changed from version to version.
func collaborationMappings() []mapping {
	return []mapping{
		// Before 1.0 OneDrive was a product of its own.
		{key: "SPO_tenant_info", set: "sharepoint/tenant", rename: sharePointName, shape: sharePointTenant, command: "Get-SPOTenant"},
		{key: "SPO_tenant", set: "sharepoint/tenant", rename: sharePointName, shape: sharePointTenant, command: "Get-SPOTenantRest"},
		{key: "Tenant_sync_info", set: "sharepoint/tenantSyncClientRestriction", shape: settings, command: "Get-SPOTenantSyncClientRestriction"},
		{key: "SPO_site", set: "sharepoint/sites", shape: nonEmpty("Url"), command: "Get-SPOSite"},

		{key: "teams_tenant_info", set: "teams/Tenant", shape: nonEmpty("TenantId"), command: "Get-CsTenant"},
		{key: "meeting_policies", set: "teams/MeetingPolicy", shape: nonEmpty("Identity"), command: "Get-CsTeamsMeetingPolicy"},
		{key: "federation_configuration", set: "teams/FederationConfiguration", shape: nonEmpty("Identity"), command: "Get-CsTenantFederationConfiguration"},
		{key: "client_configuration", set: "teams/ClientConfiguration", shape: nonEmpty("Identity"), command: "Get-CsTeamsClientConfiguration"},
		{key: "app_policies", set: "teams/AppPermissionPolicy", shape: nonEmpty("Identity"), command: "Get-CsTeamsAppPermissionPolicy"},
		{key: "broadcast_policies", set: "teams/BroadcastPolicy", shape: nonEmpty("Identity"), command: "Get-CsTeamsMeetingBroadcastPolicy"},
		// Empty where the organisation does not have these settings yet.
		{key: "tenant_app_settings", set: "teams/TenantAppSettings", id: []string{"SettingName"}, command: "Get-M365UnifiedTenantSettings"},

		{key: "environment_creation", set: "powerplatform/tenantSettings", shape: powerPlatformSettings, command: "Get-PowerPlatformTenantSettingsRest"},
		{key: "dlp_policies", set: "powerplatform/dlpPolicies", shape: dlpPolicies, command: "Get-PowerPlatformDlpPoliciesRest"},
		{key: "tenant_isolation", set: "powerplatform/tenantIsolation", shape: tenantIsolation, command: "Get-PowerPlatformTenantIsolationRest"},
		{key: "environment_list", set: "powerplatform/environments", shape: nonEmpty("EnvironmentName"), command: "Get-PowerPlatformEnvironmentsRest"},

		{key: "powerbi_tenant_settings", set: "powerbi/tenantSettings", shape: nonEmpty("settingName"), licence: "powerbi_license_found"},
	}
}

var (
	errNothing  = errors.New("is empty: ScubaGear could not read it")
	errPolicies = errors.New("want a list of answers, each with the policies under value")
)

// nonEmpty reads a list of objects that cannot be empty. The key of each is the
// first of the members that is text.
func nonEmpty(id ...string) func(jsontext.Value) ([]posture.Object, error) {
	list := mapping{id: id}
	return func(raw jsontext.Value) ([]posture.Object, error) {
		objects, _, err := list.read(raw)
		if err == nil && len(objects) == 0 {
			err = errNothing
		}
		return objects, err
	}
}

// settings reads the one object of the organisation's settings, which has no
// name of its own.
func settings(raw jsontext.Value) ([]posture.Object, error) {
	objects, err := nonEmpty()(raw)
	for i := range objects {
		objects[i].Key = "tenant"
	}
	return objects, err
}

// sharePointName gives the members of Get-SPOTenant the names that SharePoint's
// own interface uses.
func sharePointName(name string) string {
	switch name {
	case "OneDriveSharingCapability":
		return "ODBSharingCapability"
	case "DisableAddShortcutsToOneDrive":
		return "DisableAddToOneDrive"
	case "HideSyncButtonOnTeamSite":
		return "HideSyncButtonOnDocLib"
	case "IsSharePointAddInsDisabled":
		return "SharePointAddInsDisabled"
	case "DefaultOneDriveInformationBarrierMode":
		return "DefaultODBMode"
	}
	return name
}

// sharePointTenant takes the wrapping off that OData puts around lists
// ({"__metadata": …, "results": […]}).
func sharePointTenant(raw jsontext.Value) ([]posture.Object, error) {
	objects, err := settings(raw)
	for i := range objects {
		if objects[i].Raw, err = eachValue(objects[i].Raw, unwrapped); err != nil {
			return nil, err
		}
	}
	return objects, err
}

func unwrapped(_ string, value jsontext.Value) (jsontext.Value, error) {
	if value.Kind() != jsontext.KindBeginObject {
		return value, nil
	}
	var results jsontext.Value
	wrapped := false
	err := source.Members(value, func(name string, inner jsontext.Value, _ int64) error {
		wrapped = wrapped || name == "__metadata"
		if name == "results" {
			results = inner
		}
		return nil
	})
	if err == nil && wrapped && results != nil {
		return results, nil
	}
	return value, err
}

// powerPlatformSettings opens what versions before 1.8 cut off: PowerShell
// writes objects below the second level as "@{name=value; name=value}".
func powerPlatformSettings(raw jsontext.Value) ([]posture.Object, error) {
	objects, err := settings(raw)
	for i := range objects {
		objects[i].Raw, err = eachValue(objects[i].Raw, func(_ string, value jsontext.Value) (jsontext.Value, error) {
			if value.Kind() != jsontext.KindBeginObject {
				return value, nil
			}
			return eachValue(value, opened)
		})
		if err != nil {
			return nil, err
		}
	}
	return objects, err
}

// opened reads "@{a=True; b=}" as an object of texts. Text that names a member
// twice stays text: one of the two is part of a value that people can write.
func opened(_ string, value jsontext.Value) (jsontext.Value, error) {
	text, ok := unquote(value)
	if !ok || !strings.HasPrefix(text, "@{") || !strings.HasSuffix(text, "}") {
		return value, nil
	}
	seen := make(map[string]bool)
	out := []byte{'{'}
	for part := range strings.SplitSeq(text[2:len(text)-1], "; ") {
		name, text, ok := strings.Cut(part, "=")
		if !ok || seen[name] {
			return value, nil
		}
		seen[name] = true
		var err error
		if out, err = appendMember(out, name); err != nil {
			return nil, err
		}
		if out, err = jsontext.AppendQuote(out, text); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

// dlpPolicies takes the policies out of the answers of the service.
func dlpPolicies(raw jsontext.Value) ([]posture.Object, error) {
	objects := []posture.Object{}
	answers := 0
	list := mapping{id: []string{"name"}}
	err := eachItem(raw, func(item jsontext.Value, _ int64) error {
		if item.Kind() != jsontext.KindBeginObject {
			return fmt.Errorf("%w, got %s", errPolicies, item.Kind())
		}
		var value jsontext.Value
		err := source.Members(item, func(name string, inner jsontext.Value, _ int64) error {
			if name == "value" {
				value = inner
			}
			return nil
		})
		if err != nil {
			return err
		}
		if value == nil || value.Kind() == jsontext.KindNull {
			return errPolicies
		}
		answers++
		found, _, err := list.read(value)
		objects = append(objects, found...)
		return err
	})
	if err == nil && answers == 0 {
		err = errNothing
	}
	return objects, err
}

// tenantIsolation reads a null, also where it was turned into text, as what it
// is: an organisation that never had such a policy.
func tenantIsolation(raw jsontext.Value) ([]posture.Object, error) {
	objects := []posture.Object{}
	answers := 0
	err := eachItem(raw, func(item jsontext.Value, _ int64) error {
		answers++
		if text, _ := unquote(item); item.Kind() == jsontext.KindNull || text == "null" {
			return nil
		}
		if item.Kind() != jsontext.KindBeginObject {
			return fmt.Errorf("want an object, got %s", item.Kind())
		}
		objects = append(objects, posture.Object{Key: "tenant", Raw: item})
		return nil
	})
	if err == nil && answers == 0 {
		err = errNothing
	}
	return objects, err
}

// eachValue copies an object and replaces the value of each member by what
// change returns.
func eachValue(raw jsontext.Value, change func(name string, value jsontext.Value) (jsontext.Value, error)) (jsontext.Value, error) {
	out := append(make([]byte, 0, len(raw)), '{')
	err := source.Members(raw, func(name string, value jsontext.Value, _ int64) error {
		next, err := change(name, value)
		if err != nil {
			return err
		}
		if out, err = appendMember(out, name); err != nil {
			return err
		}
		out = append(out, next...)
		return nil
	})
	return append(out, '}'), err
}

// appendMember appends the name of a member, with what stands before and after.
func appendMember(out []byte, name string) ([]byte, error) {
	if len(out) > 1 {
		out = append(out, ',')
	}
	out, err := jsontext.AppendQuote(out, name)
	return append(out, ':'), err
}
