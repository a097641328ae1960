// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"strings"
)

// Document writes the comparison as Markdown.
func Document(rows []Row, tool string) string {
	var agree, differ, silent, other []Row
	for _, r := range rows {
		switch {
		case r.Incomparable != "":
			other = append(other, r)
		case r.Ours == "":
			silent = append(silent, r)
		case r.Agrees():
			agree = append(agree, r)
		default:
			differ = append(differ, r)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, `# Agreement with ScubaGear

CISA publishes an export of a real tenant together with the verdicts that its tool ScubaGear gave for it. This page puts
those verdicts beside ours for the same export. It is written by a test (go generate ./internal/conformance), which
fails when a verdict changes, when a difference has no reason and when a reason has no difference. The reasons stand in
internal/conformance/scuba.yaml.

Compared: %s. Conditional Access policies are compared in strict mode, which is how
ScubaGear reads them.

| | policies |
|---|---:|
| verdicts of ScubaGear | %d |
| comparable | %d |
| we agree | %d |
| we differ, with the reason below | %d |
| comparable, but no control of ours answers | %d |
| not comparable | %d |
`, tool, len(rows), len(agree)+len(differ)+len(silent), len(agree), len(differ), len(silent), len(other))
	out.WriteString("\n## Where we differ\n\n")
	table(&out, differ, []string{"policy", "ScubaGear", "Securescore", "control", "reason"}, func(r *Row) []string {
		return []string{r.Policy, string(theirs(r.Met)), string(r.Ours), joined(r.Controls), r.Reason}
	})
	out.WriteString("\n## Without a control of ours\n\n")
	table(&out, silent, []string{"policy", "ScubaGear", "reason"}, func(r *Row) []string {
		return []string{r.Policy, string(theirs(r.Met)), r.Reason}
	})
	out.WriteString("\n## Where we agree\n\n")
	table(&out, agree, []string{"policy", "both", "control"}, func(r *Row) []string {
		return []string{r.Policy, string(r.Ours), joined(r.Controls)}
	})
	out.WriteString("\n## Not comparable\n\n")
	table(&out, other, []string{"policy", "Securescore", "control", "reason"}, func(r *Row) []string {
		return []string{r.Policy, ours(r.Ours), joined(r.Controls), r.Incomparable}
	})
	return out.String()
}

func table(out *strings.Builder, rows []Row, head []string, cells func(r *Row) []string) {
	if len(rows) == 0 {
		out.WriteString("None.\n")
		return
	}
	fmt.Fprintf(out, "| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat("---|", len(head)))
	for i := range rows {
		fmt.Fprintf(out, "| %s |\n", strings.Join(cells(&rows[i]), " | "))
	}
}
