// SPDX-License-Identifier: Apache-2.0

package profile

import (
	"html"
	"strings"

	"securescore/internal/catalog"
)

// serviceOf is the short name by which Graph knows a product. One that Graph
// has no name for keeps its own.
func serviceOf(product string) string {
	switch product {
	case "Microsoft Entra ID":
		return "AzureAD"
	case "Exchange Online":
		return "EXO"
	case "SharePoint Online":
		return "SPO"
	case "Microsoft Defender for Office 365":
		return "MDO"
	case "Microsoft Defender for Endpoint":
		return "MDATP"
	case "Microsoft Defender for Identity":
		return "Azure ATP"
	case "Microsoft Defender for Cloud Apps":
		return "MCAS"
	case "Microsoft Purview":
		return "MIP"
	case "Microsoft Teams":
		return "MS Teams"
	case "Microsoft Intune":
		return "Intune"
	case "Microsoft Forms":
		return "FORMS"
	case "Sway":
		return "SWAY"
	case "App governance":
		return "AppG"
	case "Microsoft 365 admin center":
		return "Admincenter"
	case "Microsoft Power BI":
		return "PowerBI"
	case "Microsoft Power Platform":
		return "PowerPlatform"
	}
	return product
}

// levelOf writes a level the way most real profiles do.
func levelOf(l catalog.Level) string {
	switch l {
	case catalog.Low:
		return "Low"
	case catalog.Moderate:
		return "Moderate"
	case catalog.High:
		return "High"
	case catalog.UnknownLevel:
	}
	return "Unknown"
}

func tierOf(t catalog.Tier) string {
	switch t {
	case catalog.DefenseInDepth:
		return "Defense In Depth"
	case catalog.Advanced:
		return "Advanced"
	case catalog.Core:
	}
	return "Core"
}

// threatOf spells a threat as the real service shows it most often.
func threatOf(threat string) string {
	switch strings.ToLower(threat) {
	case "account breach":
		return "Account breach"
	case "data exfiltration":
		return "Data Exfiltration"
	case "data deletion":
		return "Data Deletion"
	case "data spillage":
		return "Data Spillage"
	case "elevation of privilege":
		return "Elevation of Privilege"
	case "malicious insider":
		return "Malicious Insider"
	case "password cracking":
		return "Password Cracking"
	}
	return threat
}

// actionURL is where the action is taken, or else where it is explained.
func actionURL(c *catalog.Control) string {
	if c.Manage == "" && len(c.LearnMore) > 0 {
		return c.LearnMore[0].URL
	}
	return c.Manage
}

// remediation is HTML, as in the real service.
func remediation(steps []string) string {
	if len(steps) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<ol>")
	for _, step := range steps {
		b.WriteString("<li>" + paragraph(step) + "</li>")
	}
	b.WriteString("</ol>")
	return b.String()
}

// paragraph is plain text as HTML in one line.
func paragraph(text string) string {
	return html.EscapeString(strings.Join(strings.Fields(text), " "))
}
