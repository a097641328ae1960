// SPDX-License-Identifier: Apache-2.0

package stored

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/portalapi"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// Action implements portalapi.Reader.
func (p *Portal) Action(ctx context.Context, tenant posture.TenantID, control posture.ControlID) (portalapi.ActionDetail, error) {
	events := 0
	pic, err := p.look(ctx, tenant, func(ctx context.Context, r *store.Reader, _ *picture) error {
		entries, err := entriesOf(ctx, r, tenant, control)
		events = len(entries)
		return err
	})
	if err != nil {
		return portalapi.ActionDetail{}, err
	}
	i, err := pic.find(control)
	if err != nil {
		return portalapi.ActionDetail{}, err
	}
	d := pic.detail(i)
	d.Events = events
	return d, nil
}

func (pic *picture) find(control posture.ControlID) (int, error) {
	i := slices.IndexFunc(pic.scoring.Outcomes, func(o assess.Outcome) bool { return o.Control.ID == control })
	if i < 0 {
		return 0, fmt.Errorf("improvement action %q: %w", control, posture.ErrNotFound)
	}
	return i, nil
}

func (pic *picture) detail(i int) portalapi.ActionDetail {
	o := &pic.scoring.Outcomes[i]
	c := o.Control
	scored := assess.Scored(c)
	d := portalapi.ActionDetail{
		Action: pic.action(i), Description: strings.TrimSpace(c.Description), UserImpactText: c.UserImpactText, UsersAffected: c.UsersAffected,
		Tier: string(c.Tier), Difficulty: string(c.Difficulty), UserImpact: string(c.UserImpact), Complexity: string(c.Complexity),
		Effort: scored.Effort(), Scoring: string(c.Scoring), Require: string(c.Check.Require), RequireMin: c.Check.Min, RequireMax: c.Check.Max,
		Threats: slices.Clone(c.Threats), Prerequisites: pic.prerequisites(c), Steps: slices.Clone(c.Steps), Manage: c.Manage,
		LearnMore: []portalapi.Link{}, References: []portalapi.Reference{}, Entity: pic.words(o), Counts: countsOf(&o.Assessment),
		Decision: pic.decision(c.ID), Microsoft: pic.microsoft.action(c.ID),
	}
	for _, l := range c.LearnMore {
		d.LearnMore = append(d.LearnMore, portalapi.Link{Title: l.Title, URL: l.URL})
	}
	for _, r := range assess.References(c) {
		d.References = append(d.References, portalapi.Reference{Framework: r.Framework, IDs: r.IDs})
	}
	if o.Assessment.Strict != "" {
		strict := o.Assessment.Strict
		d.Strict = &strict
	}
	if lost := pic.regressed[c.ID]; lost < 0 {
		lost = -lost
		d.Lost = &lost
	}
	return d
}

func (pic *picture) words(o *assess.Outcome) portalapi.EntityWords {
	if spec, ok := pic.scoring.Catalog.Schema.Kind(o.Control.Check.Entity); ok {
		return portalapi.EntityWords{Singular: spec.Singular, Plural: spec.Plural}
	}
	return portalapi.EntityWords{Singular: string(o.Control.Check.Entity), Plural: string(o.Control.Check.Entity)}
}

func countsOf(a *posture.Assessment) portalapi.Counts {
	n := a.Shown()
	return portalapi.Counts{Pass: n.Pass, Fail: n.Fail, Unknown: n.Unknown, Exempt: a.Exempted.Total()}
}

func (pic *picture) prerequisites(c *catalog.Control) []portalapi.Prerequisite {
	list := make([]portalapi.Prerequisite, 0, len(c.Prerequisites))
	plans, known, _ := pic.scoring.Model.Plans()
	for _, plan := range c.Prerequisites {
		p := portalapi.Prerequisite{Plan: plan, Name: planName(plan), Met: portalapi.LicenceUnknown}
		switch {
		case plans[plan]:
			p.Met = portalapi.LicenceMet
		case known:
			p.Met = portalapi.LicenceMissing
		}
		list = append(list, p)
	}
	return list
}

// planName is what people call a service plan.
func planName(plan string) string {
	names := map[string]string{
		"AAD_PREMIUM": "Microsoft Entra ID P1", "AAD_PREMIUM_P2": "Microsoft Entra ID P2",
		"ATP_ENTERPRISE": "Microsoft Defender for Office 365 (Plan 1)", "THREAT_INTELLIGENCE": "Microsoft Defender for Office 365 (Plan 2)",
		"EXCHANGE_S_ENTERPRISE": "Exchange Online (Plan 2)", "EXCHANGE_S_STANDARD": "Exchange Online (Plan 1)",
		"SAFEDOCS": "Safe Documents", "LOCKBOX_ENTERPRISE": "Customer Lockbox",
		"MIP_S_CLP1": "Information Protection Standard", "MIP_S_CLP2": "Information Protection Premium",
		"M365_ADVANCED_AUDITING": "Microsoft 365 Advanced Auditing", "INTUNE_A": "Microsoft Intune",
		"INFORMATION_PROTECTION_COMPLIANCE": "Information Protection and Governance", "INSIDER_RISK_MANAGEMENT": "Insider Risk Management",
		"COMMUNICATIONS_COMPLIANCE": "Communications Compliance",
	}
	if name, ok := names[plan]; ok {
		return name
	}
	return plan
}

func (pic *picture) decision(control posture.ControlID) *portalapi.Decision {
	for i := range pic.decisions {
		d := &pic.decisions[i].Decision
		if d.Control != control || d.Exemption() || (!d.Pending && !d.InForce(pic.now)) {
			continue
		}
		return portalapi.NewDecision(d)
	}
	return nil
}

// Entities implements portalapi.Reader.
func (p *Portal) Entities(ctx context.Context, tenant posture.TenantID, control posture.ControlID, q portalapi.EntityQuery) (portalapi.EntityPage, error) {
	pic, err := p.look(ctx, tenant, nil)
	if err != nil {
		return portalapi.EntityPage{}, err
	}
	i, err := pic.find(control)
	if err != nil {
		return portalapi.EntityPage{}, err
	}
	o := &pic.scoring.Outcomes[i]
	page := portalapi.EntityPage{Columns: pic.columns(o), Entities: []portalapi.Entity{}, Counts: countsOf(&o.Assessment)}
	search := strings.ToLower(q.Search)
	for _, a := range o.Entities(pic.scoring.Model) {
		if (q.Outcome != "" && a.Outcome != q.Outcome) || !found(&a, search) {
			continue
		}
		if page.Total >= q.Offset && len(page.Entities) < q.Limit {
			page.Entities = append(page.Entities, pic.entity(o, &a))
		}
		page.Total++
	}
	return page, nil
}

func found(a *assess.Affected, search string) bool {
	if search == "" || strings.Contains(strings.ToLower(a.Name), search) || strings.Contains(strings.ToLower(a.Key), search) {
		return true
	}
	return slices.ContainsFunc(a.Values, func(v assess.Value) bool { return strings.Contains(strings.ToLower(v.Text), search) })
}

func (pic *picture) entity(o *assess.Outcome, a *assess.Affected) portalapi.Entity {
	e := portalapi.Entity{Key: a.Key, Name: a.Name, Outcome: a.Outcome, Measured: a.Measured, Values: []portalapi.Value{}}
	if a.Why.Code != "" {
		why := a.Why
		e.Reason = &why
	}
	if a.Outcome == posture.Exempt {
		e.Exemption = pic.exemption(o, a.Key)
	}
	for _, v := range a.Values {
		e.Values = append(e.Values, portalapi.Value{Known: v.Known, Text: v.Text})
	}
	return e
}

func (pic *picture) exemption(o *assess.Outcome, key string) string {
	for i := range pic.decisions {
		d := &pic.decisions[i].Decision
		if d.Entity == key && (d.Control == o.Control.ID || d.Control == "") && d.InForce(pic.now) {
			return d.Reason
		}
	}
	return ""
}

// columns describe the values of an entity. Spans of time and numbers with
// words of their own come as text for people.
func (pic *picture) columns(o *assess.Outcome) []portalapi.Column {
	spec, ok := pic.scoring.Catalog.Schema.Kind(o.Control.Check.Entity)
	list := make([]portalapi.Column, 0, len(o.Control.Check.Show))
	for _, name := range o.Control.Check.Show {
		c := portalapi.Column{Field: string(o.Control.Check.Entity) + "." + name, Title: title(name), Type: "string"}
		if i, found := spec.Field(name); ok && found {
			c.Type = columnType(&spec.Fields[i])
		}
		list = append(list, c)
	}
	return list
}

func columnType(f *entity.Field) string {
	switch f.Type {
	case entity.Bool:
		return "bool"
	case entity.Int:
		if len(f.Words) > 0 {
			return "string"
		}
		return "int"
	case entity.Time:
		if f.Null != nil || f.Absent != nil {
			return "string" // may be "never"
		}
		return "time"
	case entity.Strings:
		return "strings"
	case entity.String, entity.Seconds:
	}
	return "string"
}

// title writes the name of a field for people: "mfa.registeredAt" is "MFA
// registered at".
func title(field string) string {
	var words []string
	for part := range strings.SplitSeq(field, ".") {
		words = append(words, splitWords(part)...)
	}
	for i, word := range words {
		switch {
		case abbreviation(word):
			words[i] = strings.ToUpper(word)
		case i == 0:
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, " ")
}

// splitWords cuts camel case: "registeredAt" is "registered", "at".
func splitWords(name string) []string {
	var words []string
	start := 0
	for i, r := range name {
		if unicode.IsUpper(r) && i > start {
			words = append(words, strings.ToLower(name[start:i]))
			start = i
		}
	}
	return append(words, strings.ToLower(name[start:]))
}

// abbreviation reports whether people write a word in capitals.
func abbreviation(word string) bool {
	return slices.Contains([]string{"mfa", "sspr", "id", "ip", "spf", "dkim", "dmarc", "dlp", "url", "pim", "smtp", "otp", "sms", "tls", "zap"}, word)
}
