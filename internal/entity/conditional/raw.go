// SPDX-License-Identifier: Apache-2.0

package conditional

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// The shapes below follow Microsoft Graph. Members that they do not name are
// kept in Rest: what is not understood must not be overlooked.

// rest holds the members of an object that nothing here reads.
type rest = map[string]jsontext.Value

type rawPolicy struct {
	ID              string         `json:"id"`
	DisplayName     string         `json:"displayName"`
	State           string         `json:"state"`
	DeletedDateTime jsontext.Value `json:"deletedDateTime"`
	Conditions      *rawConditions `json:"conditions"`
	Grant           *rawGrant      `json:"grantControls"`
	Session         *rawSession    `json:"sessionControls"`

	// Without influence on sign-ins.
	Created     jsontext.Value `json:"createdDateTime"`
	Modified    jsontext.Value `json:"modifiedDateTime"`
	Description jsontext.Value `json:"description"`
	TemplateID  jsontext.Value `json:"templateId"`

	Rest rest `json:",embed"`
}

type rawConditions struct {
	Users              *rawUsers        `json:"users"`
	Applications       *rawApplications `json:"applications"`
	ClientApplications *rawWorkloads    `json:"clientApplications"`
	ClientAppTypes     words            `json:"clientAppTypes"`
	Platforms          *rawPlatforms    `json:"platforms"`
	Locations          *rawLocations    `json:"locations"`
	SignInRisk         words            `json:"signInRiskLevels"`
	UserRisk           words            `json:"userRiskLevels"`
	InsiderRisk        words            `json:"insiderRiskLevels"`
	WorkloadRisk       words            `json:"servicePrincipalRiskLevels"`
	AgentRisk          words            `json:"agentIdRiskLevels"`
	Flows              *rawFlows        `json:"authenticationFlows"`

	Rest rest `json:",embed"`
}

type rawUsers struct {
	IncludeUsers  list       `json:"includeUsers"`
	ExcludeUsers  list       `json:"excludeUsers"`
	IncludeGroups list       `json:"includeGroups"`
	ExcludeGroups list       `json:"excludeGroups"`
	IncludeRoles  list       `json:"includeRoles"`
	ExcludeRoles  list       `json:"excludeRoles"`
	IncludeGuests *rawGuests `json:"includeGuestsOrExternalUsers"`
	ExcludeGuests *rawGuests `json:"excludeGuestsOrExternalUsers"`

	Rest rest `json:",embed"`
}

type rawGuests struct {
	Types   words       `json:"guestOrExternalUserTypes"`
	Tenants *rawTenants `json:"externalTenants"`

	Rest rest `json:",embed"`
}

type rawTenants struct {
	Membership string `json:"membershipKind"`
	Members    list   `json:"members"`

	Rest rest `json:",embed"`
}

type rawApplications struct {
	Include  list  `json:"includeApplications"`
	Exclude  list  `json:"excludeApplications"`
	Actions  words `json:"includeUserActions"`
	Contexts list  `json:"includeAuthenticationContextClassReferences"`

	Rest rest `json:",embed"`
}

type rawWorkloads struct {
	Include       list           `json:"includeServicePrincipals"`
	Exclude       list           `json:"excludeServicePrincipals"`
	Filter        jsontext.Value `json:"servicePrincipalFilter"`
	IncludeAgents list           `json:"includeAgentIdServicePrincipals"`
	ExcludeAgents list           `json:"excludeAgentIdServicePrincipals"`
	AgentFilter   jsontext.Value `json:"agentIdServicePrincipalFilter"`

	Rest rest `json:",embed"`
}

type rawPlatforms struct {
	Include words `json:"includePlatforms"`
	Exclude words `json:"excludePlatforms"`

	Rest rest `json:",embed"`
}

type rawLocations struct {
	Include list `json:"includeLocations"`
	Exclude list `json:"excludeLocations"`

	Rest rest `json:",embed"`
}

type rawFlows struct {
	Methods words `json:"transferMethods"`

	Rest rest `json:",embed"`
}

type rawGrant struct {
	Operator string       `json:"operator"`
	BuiltIn  words        `json:"builtInControls"`
	Custom   list         `json:"customAuthenticationFactors"`
	Terms    list         `json:"termsOfUse"`
	Strength *rawStrength `json:"authenticationStrength"`

	Rest rest `json:",embed"`
}

type rawStrength struct {
	ID           string `json:"id"`
	DisplayName  string `json:"displayName"`
	Combinations list   `json:"allowedCombinations"`
}

type rawSession struct {
	Frequency  *rawFrequency `json:"signInFrequency"`
	Persistent *rawBrowser   `json:"persistentBrowser"`
	AppRules   *rawSwitch    `json:"applicationEnforcedRestrictions"`
	TokenBound *rawSwitch    `json:"secureSignInSession"`
}

type rawFrequency struct {
	Enabled        *bool  `json:"isEnabled"`
	Value          *int64 `json:"value"`
	Unit           string `json:"type"`
	Interval       string `json:"frequencyInterval"`
	Authentication string `json:"authenticationType"`

	Rest rest `json:",embed"`
}

type rawBrowser struct {
	Enabled *bool  `json:"isEnabled"`
	Mode    string `json:"mode"`

	Rest rest `json:",embed"`
}

type rawSwitch struct {
	Enabled *bool `json:"isEnabled"`

	Rest rest `json:",embed"`
}

// list is a list of strings. PowerShell collapses a list of one to its item.
type list []string

// UnmarshalJSONFrom reads null, one string, or a list of strings.
func (l *list) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	items, err := readList(in)
	*l = items
	return err
}

// words is a list of members of an enumeration, which Graph also writes as one
// string with commas between.
type words []string

// UnmarshalJSONFrom reads null, one string, or a list of strings.
func (w *words) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	items, err := readList(in)
	*w = nil
	for _, item := range items {
		for part := range strings.SplitSeq(item, ",") {
			if part = strings.TrimSpace(part); part != "" {
				*w = append(*w, part)
			}
		}
	}
	return err
}

func readList(in *jsontext.Decoder) ([]string, error) {
	value, err := in.ReadValue()
	if err != nil {
		return nil, err
	}
	if value.Kind() != jsontext.KindBeginArray {
		return appendString(nil, value)
	}
	var items []string
	inner := jsontext.NewDecoder(bytes.NewReader(value))
	if _, err := inner.ReadToken(); err != nil {
		return nil, err
	}
	for inner.PeekKind() != jsontext.KindEndArray {
		item, err := inner.ReadValue()
		if err != nil {
			return nil, err
		}
		if items, err = appendString(items, item); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func appendString(items []string, value jsontext.Value) ([]string, error) {
	switch value.Kind() {
	case jsontext.KindNull:
		return items, nil
	case jsontext.KindString:
		text, err := jsontext.AppendUnquote(nil, value)
		return append(items, string(text)), err
	default:
		return nil, fmt.Errorf("want a string, got %s", value.Kind())
	}
}

// unread names, in words, the members that hold something and that nothing
// reads. OData annotations mean nothing.
func unread(what string, members rest) []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !annotation(name) && !empty(members[name], 0) {
			found = append(found, what+" "+shorten(name))
		}
	}
	return found
}

func annotation(name string) bool { return strings.Contains(name, "@odata.") }

// empty reports whether a value says nothing: null, an empty string, or a list
// or object with nothing but such values in it.
func empty(value jsontext.Value, depth int) bool {
	const deepest = 8
	switch value.Kind() {
	case jsontext.KindNull, jsontext.KindInvalid:
		return true
	case jsontext.KindString:
		return string(value) == `""`
	case jsontext.KindBeginArray, jsontext.KindBeginObject:
		return depth < deepest && emptyInside(value, depth)
	default:
		return false
	}
}

func emptyInside(value jsontext.Value, depth int) bool {
	in := jsontext.NewDecoder(bytes.NewReader(value))
	if _, err := in.ReadToken(); err != nil {
		return false
	}
	for in.PeekKind() != jsontext.KindEndObject && in.PeekKind() != jsontext.KindEndArray {
		ignored := false
		if value.Kind() == jsontext.KindBeginObject {
			name, err := in.ReadToken()
			if err != nil {
				return false
			}
			ignored = annotation(name.String())
		}
		inner, err := in.ReadValue()
		if err != nil || !ignored && !empty(inner, depth+1) {
			return false
		}
	}
	return true
}

// shorten makes a name from a hostile source fit into a sentence.
func shorten(text string) string {
	const most = 80
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return posture.Printable(text)
}
