// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"net/url"
	"strings"

	"securescore/internal/posture"
)

// named turns numbers of one field into the words of another.
type named struct {
	from, to string
	names    map[int64]string
}

// sharePointNames are the fields whose words do not depend on other fields.
func sharePointNames() []named {
	return []named{
		{"raw.sharing", "sharing.level", names(sharingNames...)},
		{"raw.oneDrive", "oneDrive.level", names(sharingNames...)},
		{"raw.domainMode", "sharing.domainMode", names("none", "allowList", "blockList")},
		{"raw.unmanaged", "unmanagedAccess", names("full", "limited", "blocked")},
		{"raw.fileLink", "anyone.fileRole", names("none", "view", "edit")},
		{"raw.folderLink", "anyone.folderRole", map[int64]string{0: "none", 1: "view", 2: "edit", 4: "upload"}},
	}
}

func names(list ...string) map[int64]string {
	m := make(map[int64]string, len(list))
	for i, name := range list {
		m[int64(i)] = name
	}
	return m
}

// put fills the words. A number without a word is unknown: the product knows
// something that this version does not.
func (n named) put(t *Table, row int) {
	c := t.Col(n.from)
	if !c.Known.Has(row) {
		t.SetUnknown(row, n.to, c.Why(row))
		return
	}
	if name, ok := n.names[c.Ints[row]]; ok {
		t.SetString(row, n.to, name)
		return
	}
	t.SetUnknown(row, n.to, posture.Reason{
		Code: posture.Shape, Detail: fmt.Sprintf("%s of %s is %d, a value that is not known", t.Spec.from(n.from), t.Spec.DataSet, c.Ints[row]),
	})
}

// from is the path that a field is read from.
func (k *KindSpec) from(field string) string {
	i, _ := k.Field(field)
	return k.Fields[i].From
}

func deriveSharePointTenant(m *Model) {
	t := m.Table(sharePointTenantKind)
	for row := range t.Len() {
		for _, n := range sharePointNames() {
			n.put(t, row)
		}
		for _, product := range []string{"sharePoint", "oneDrive"} {
			putLinkScope(t, row, product)
			putLinkRole(t, row, product)
		}
		putSharingGroups(t, row)
		putSync(m, t, row)
	}
}

// putLinkScope works out whom a new link works for. The setting of the product
// replaces the one of the organisation, and the link for people with existing
// access replaces both: it gives nobody anything new.
func putLinkScope(t *Table, row int, product string) {
	own := named{"raw." + product + "Scope", "link." + product + "Scope", names("anyone", "organization", "specificPeople")}
	base := named{"raw.linkType", own.to, names("none", "specificPeople", "organization", "anyone")}
	putLink(t, row, product, own, base, -1)
}

// putLinkRole works out what a new link allows, in the same way.
func putLinkRole(t *Table, row int, product string) {
	own := named{"raw." + product + "Role", "link." + product + "Role", map[int64]string{1: "view", 2: "edit", 6: "review", 7: "restrictedView"}}
	base := named{"raw.linkRole", own.to, names("none", "view", "edit")}
	putLink(t, row, product, own, base, 0)
}

// putLink takes the first of three settings that is in force. One that was not
// read leaves the answer open, for it might be the one.
func putLink(t *Table, row int, product string, own, base named, unset int64) {
	existing := "raw." + product + "Existing"
	code := t.Col(own.from)
	switch {
	case t.Bool(row, existing) == True:
		t.SetString(row, own.to, "existingAccess")
	case t.Bool(row, existing) == Unknown:
		t.SetUnknown(row, own.to, t.Col(existing).Why(row))
	case code.Known.Has(row) && code.Ints[row] == unset:
		base.put(t, row)
	default:
		own.put(t, row)
	}
}

// putSharingGroups tells whether sharing outside is left to members of chosen
// groups. There are two lists, one for links that work for anyone and one for
// guests who sign in; an entry in either takes sharing from all others.
func putSharingGroups(t *Table, row int) {
	limited := False
	for _, field := range []string{"raw.anyoneGroups", "raw.guestGroups"} {
		c := t.Col(field)
		entry := Unknown
		if c.Known.Has(row) {
			entry = TriOf(strings.Contains(c.Text(row), "<ace "))
		}
		limited = limited.Or(entry)
	}
	t.SetTri(row, "sharing.limitedToGroups", limited, t.Col("raw.anyoneGroups").Why(row))
}

// putSync completes what the tenant's own answer does not hold.
func putSync(m *Model, t *Table, row int) {
	other := m.Table(sharePointSyncClientKind)
	if other.Len() != 1 {
		return
	}
	if t.Bool(row, "sync.restricted") == Unknown && other.Bool(0, "restricted") != Unknown {
		t.SetTri(row, "sync.restricted", other.Bool(0, "restricted"), posture.Reason{})
	}
	if from := other.Col("domains"); !t.Col("sync.domains").Known.Has(row) && from.Known.Has(0) {
		value, _ := from.Value(0)
		if list, ok := value.([]string); ok {
			t.SetStrings(row, "sync.domains", list)
		}
	}
}

func deriveSharePointSites(m *Model) {
	t := m.Table(sharePointSiteKind)
	root := False
	for row := range t.Len() {
		address := t.Col("url")
		if !address.Known.Has(row) {
			t.SetUnknown(row, "root", address.Why(row))
		} else if u, err := url.Parse(address.Text(row)); err != nil || u.Host == "" {
			t.SetUnknown(row, "root", posture.Reason{Code: posture.Shape, Detail: "Url of " + sharePointSitesSet + " is no address"})
		} else {
			name, _, _ := strings.Cut(u.Hostname(), ".")
			t.SetBool(row, "root", strings.Trim(u.Path, "/") == "" && !strings.HasSuffix(name, "-my") && !strings.HasSuffix(name, "-admin"))
		}
		root = root.Or(t.Bool(row, "root"))
		c := t.Col("customScriptCode")
		switch {
		case c.Known.Has(row) && (c.Ints[row] == 1 || c.Ints[row] == 2):
			t.SetBool(row, "customScriptDenied", c.Ints[row] == 2)
		default:
			t.SetUnknown(row, "customScriptDenied", c.Why(row))
		}
	}
	if t.Collected() && root == False {
		t.Missing = posture.Reason{Code: posture.Shape, Detail: sharePointSitesSet + " does not hold the root site"}
	}
}
