// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// deriveTeamsFederation reads which organisations people may talk with. The
// member AllowedDomains has as many shapes as there are tools that write it, so
// it is read here and not by a path.
func deriveTeamsFederation(m *Model) {
	t := m.Table(teamsFederationKind)
	for _, o := range m.Set(teamsFederationSet).Objects {
		row, ok := t.Row(o.Key)
		if !ok {
			continue
		}
		var domains, skype jsontext.Value
		err := eachMember(o.Raw, func(name string, value jsontext.Value) error {
			switch name {
			case "AllowedDomains":
				domains = value.Clone()
			case "AllowPublicUsers":
				skype = value.Clone()
			}
			return nil
		})
		if err != nil {
			continue // the decoder has said so
		}
		t.SetBool(row, "skypeOffered", skype != nil)
		mode, list, why := allowedDomains(domains)
		if mode == "" {
			t.SetUnknown(row, "domains.mode", why)
			t.SetUnknown(row, "domains.allowed", why)
			continue
		}
		t.SetString(row, "domains.mode", mode)
		t.SetStrings(row, "domains.allowed", list)
	}
}

const allKnownDomains = "AllowAllKnownDomains"

// allowedDomains understands:
//
//	{}, [], "AllowAllKnownDomains", {"AllowAllKnownDomains": …}   all
//	{"AllowedDomain": "Domain=a.org Domain=b.org"}               a list, as text
//	{"AllowedDomain": ["a.org", {"Domain": "b.org"}]}            a list
//	["a.org", …], {"AllowList": one of the above}                 a list
//
// A list that is named and empty is left open: whether Teams then allows nobody
// or everybody is not told.
func allowedDomains(raw jsontext.Value) (mode string, list []string, why posture.Reason) {
	unread := posture.Reason{Code: posture.Shape, Detail: "AllowedDomains of " + teamsFederationSet + " is of a shape that is not understood"}
	if raw == nil {
		return "", nil, posture.Reason{Code: posture.NotCollected, Detail: "AllowedDomains of " + teamsFederationSet + " was not in the evidence"}
	}
	switch raw.Kind() {
	case jsontext.KindBeginObject:
		return domainsObject(raw, unread)
	case jsontext.KindBeginArray:
		list, ok := domainList(raw)
		switch {
		case !ok:
			return "", nil, unread
		case len(list) == 0:
			return "all", []string{}, posture.Reason{}
		}
		return "list", list, posture.Reason{}
	case jsontext.KindString:
		if text, _ := stringOf(raw); strings.EqualFold(text, allKnownDomains) {
			return "all", []string{}, posture.Reason{}
		}
		return "", nil, unread
	case jsontext.KindNull:
		return "", nil, posture.Reason{Code: posture.NotCollected, Detail: "AllowedDomains of " + teamsFederationSet + " is empty in the evidence"}
	default:
		return "", nil, unread
	}
}

// domainsObject reads an object. Without members it is what AllowAllKnownDomains
// comes to; a member beside the known ones makes the whole not understood.
func domainsObject(raw jsontext.Value, unread posture.Reason) (mode string, list []string, why posture.Reason) {
	mode, list = "all", []string{}
	understood := true
	err := eachMember(raw, func(name string, value jsontext.Value) error {
		known := name == allKnownDomains
		switch name {
		case "AllowedDomain":
			mode = "list"
			list, known = domainList(value)
			known = known && len(list) > 0
		case "AllowList":
			mode, list, _ = allowedDomains(value)
			known = mode == "list"
		}
		understood = understood && known
		return nil
	})
	if err != nil || !understood {
		return "", nil, unread
	}
	return mode, list, posture.Reason{}
}

// domainList reads domains out of text ("Domain=a.org Domain=b.org"), of a list
// of text, and of a list of objects with the member Domain.
func domainList(raw jsontext.Value) ([]string, bool) {
	list := []string{}
	understood := true
	err := eachItem(raw, func(item jsontext.Value) error {
		text, ok := stringOf(item)
		if item.Kind() == jsontext.KindBeginObject {
			text, ok = stringAt(item, []step{{name: "Domain"}})
		}
		understood = understood && ok
		for part := range strings.FieldsSeq(text) {
			part = strings.TrimPrefix(part, "Domain=")
			// What is no domain is the name of a type, or a domain that was cut off.
			understood = understood && strings.Contains(part, ".") && !strings.HasPrefix(part, "Microsoft.") && !strings.HasPrefix(part, "System.")
			list = append(list, strings.ToLower(part))
		}
		return nil
	})
	return list, understood && err == nil
}
