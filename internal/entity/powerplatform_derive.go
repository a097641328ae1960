// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

func derivePowerPlatform(m *Model) {
	t := m.Table(powerPlatformEnvironmentKind)
	if t.Collected() && t.Len() == 0 {
		t.Missing = posture.Reason{Code: posture.Shape, Detail: powerPlatformEnvironmentSet + " is empty, although every organisation has a default environment"}
		return
	}
	policies := m.Table(powerPlatformPolicyKind)
	list, open := readPolicies(m, policies), make(map[string][]string)
	for row := range t.Len() {
		if policies.Collected() {
			putDLP(t, row, list, open)
			continue
		}
		for _, field := range []string{"dlp.covered", "dlp.policies", "dlp.newConnectorsBlocked", "dlp.openConnectors"} {
			t.SetUnknown(row, field, policies.Missing)
		}
	}
}

// dataPolicy is what one policy says of environments and of connectors.
type dataPolicy struct {
	name         string
	scope        string          // empty when it is not known
	environments map[string]bool // in lower case; nil when they are not known
	read         bool            // its connectors were
	newBlocked   Tri             // a connector that it does not name
	blocked      map[string]bool // by id; false is allowed
}

// covers tells whether the policy is about the named environment.
func (p *dataPolicy) covers(environment string) Tri {
	switch {
	case p.scope == "AllEnvironments":
		return True
	case p.scope == "" || p.environments == nil || environment == "":
		return Unknown
	}
	return TriOf(p.environments[strings.ToLower(environment)] == (p.scope != "ExceptEnvironments"))
}

func (p *dataPolicy) blocks(id string) bool {
	blocked, named := p.blocked[id]
	return blocked || (!named && p.newBlocked == True)
}

// putDLP joins the policies that cover an environment: a connector is blocked
// as soon as one of them blocks it. What is open for a set of policies is
// worked out once and kept in open, because many environments share a set.
func putDLP(t *Table, row int, policies []dataPolicy, open map[string][]string) {
	name := ""
	if c := t.Col("name"); c.Known.Has(row) {
		name = c.Text(row)
	}
	covered, newBlocked, sure := False, False, true
	covering, names, key := []*dataPolicy{}, []string{}, make([]byte, (len(policies)+7)/8)
	for i := range policies {
		p := &policies[i]
		covers := p.covers(name)
		covered, newBlocked = covered.Or(covers), newBlocked.Or(covers.And(p.newBlocked))
		sure = sure && covers != Unknown && (covers == False || p.read)
		if covers == True {
			covering, names = append(covering, p), append(names, p.name)
			key[i/8] |= 1 << (i % 8)
		}
	}
	why := posture.Reason{Code: posture.Undecided, Detail: "the evidence does not tell which environments or connectors every data policy is about"}
	t.SetTri(row, "dlp.covered", covered, why)
	t.SetStrings(row, "dlp.policies", names)
	t.SetTri(row, "dlp.newConnectorsBlocked", newBlocked, why)
	if !sure {
		t.SetUnknown(row, "dlp.openConnectors", why)
		return
	}
	list, done := open[string(key)]
	if !done {
		list = openConnectors(covering)
		open[string(key)] = list
	}
	t.SetStrings(row, "dlp.openConnectors", list)
}

// openConnectors lists what any of the policies names and none of them blocks.
func openConnectors(policies []*dataPolicy) []string {
	list, seen := []string{}, make(map[string]bool)
	for _, p := range policies {
		for id := range p.blocked {
			if seen[id] {
				continue
			}
			seen[id] = true
			if !slices.ContainsFunc(policies, func(p *dataPolicy) bool { return p.blocks(id) }) {
				list = append(list, id)
			}
		}
	}
	slices.Sort(list)
	return list
}

func readPolicies(m *Model, t *Table) []dataPolicy {
	raw := make(map[string][]byte, t.Len())
	for _, o := range m.Set(powerPlatformDLPSet).Objects {
		raw[o.Key] = o.Raw
	}
	list := make([]dataPolicy, t.Len())
	for row := range list {
		p := readConnectors(raw[t.Keys[row]])
		p.name = t.Names[row]
		if c := t.Col("scope"); c.Known.Has(row) {
			p.scope = c.Text(row)
		}
		if value, known := t.Col("environments").Value(row); known {
			p.environments = make(map[string]bool)
			names, _ := value.([]string)
			for _, name := range names {
				p.environments[strings.ToLower(name)] = true
			}
		}
		list[row] = p
	}
	return list
}

// readConnectors reads the groups of a policy. One without groups was cut off by
// the tool that read it (a policy always has its three), so that nothing is
// known of its connectors.
func readConnectors(raw []byte) dataPolicy {
	var p struct {
		Default string `json:"defaultConnectorsClassification"`
		Groups  []struct {
			Classification string `json:"classification"`
			Connectors     []struct {
				ID string `json:"id"`
			} `json:"connectors"`
		} `json:"connectorGroups"`
	}
	if json.Unmarshal(raw, &p) != nil || len(p.Groups) == 0 || p.Default == "" {
		return dataPolicy{}
	}
	d := dataPolicy{read: true, newBlocked: TriOf(p.Default == "Blocked"), blocked: make(map[string]bool)}
	for _, g := range p.Groups {
		for _, c := range g.Connectors {
			id := c.ID[strings.LastIndexByte(c.ID, '/')+1:]
			before, twice := d.blocked[id]
			d.blocked[id] = g.Classification == "Blocked" && (before || !twice)
		}
	}
	return d
}

// deriveIsolation looks for the entry * of the list, which lets every
// organisation through although the policy is on.
func deriveIsolation(m *Model) {
	eachRow(m, m.Table("powerPlatformIsolation"), func(t *Table, row int, raw []byte) {
		t.SetTri(row, "allowsAll", allowsAll(raw), posture.Reason{
			Code: posture.Shape, Detail: "allowedTenants of " + powerPlatformIsolationSet + " is missing or of a shape that is not understood",
		})
	})
}

func allowsAll(raw []byte) Tri {
	value, ok := memberAt(raw, "properties", "allowedTenants")
	if !ok {
		return Unknown
	}
	list, err := objectsIn(value)
	if err != nil {
		return Unknown
	}
	all := False
	for _, item := range list {
		switch id := textOf(item, "tenantId"); id {
		case "":
			all = all.Or(Unknown)
		case "*":
			all = all.Or(anyDirection(item))
		}
	}
	return all
}

// anyDirection reads {"inbound": true, "outbound": false}, which some tools
// write as the text "@{inbound=True; outbound=False}".
func anyDirection(item jsontext.Value) Tri {
	if text := strings.ToLower(textOf(item, "direction")); text != "" {
		return TriOf(strings.Contains(text, "=true") || !strings.Contains(text, "=false"))
	}
	return truth(item, "direction", "inbound").Or(truth(item, "direction", "outbound"))
}
