// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDevices(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, raw, field, want string }{
		{"compliant", `"complianceState":"compliant"`, "compliant", "=true"},
		{"not compliant", `"complianceState":"noncompliant"`, "compliant", "=false"},
		{"time of grace", `"complianceState":"inGracePeriod"`, "compliant", "=false"},
		{"error", `"complianceState":"error"`, "compliant", "=false"},
		{"conflict", `"complianceState":"conflict"`, "compliant", "=false"},
		{"not yet checked", `"complianceState":"unknown"`, "compliant", "?undecided"},
		{"Configuration Manager decides", `"complianceState":"configManager"`, "compliant", "?undecided"},
		{"word of a later version", `"complianceState":"mostly"`, "compliant", "?shape"},
		{"compliance left out", `"id":"d"`, "compliant", "?notCollected"},
		{"jailbroken", `"jailBroken":"True"`, "jailbroken", "=true"},
		{"not jailbroken", `"jailBroken":"False"`, "jailbroken", "=false"},
		{"jailbreak not known", `"jailBroken":"Unknown"`, "jailbroken", "?undecided"},
		{"jailbreak empty", `"jailBroken":""`, "jailbroken", "?shape"},
		{"jailbreak left out", `"id":"d"`, "jailbroken", "?notCollected"},
		{"build of Windows", `"operatingSystem":"Windows","osVersion":"10.0.26100.4061"`, "build", "=26100"},
		{"build without revision", `"operatingSystem":"Windows","osVersion":"10.0.19045"`, "build", "=19045"},
		{"short version", `"operatingSystem":"Windows","osVersion":"10.0"`, "build", "?shape"},
		{"older Windows", `"operatingSystem":"Windows","osVersion":"6.1.7601"`, "build", "?shape"},
		{"build with a sign", `"operatingSystem":"Windows","osVersion":"10.0.-26100"`, "build", "?shape"},
		{"version left out", `"operatingSystem":"Windows"`, "build", "?notCollected"},
		{"another system", `"operatingSystem":"iOS","osVersion":"18.5.1"`, "build", "?undecided"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			table := build(t, sets{"graph/deviceManagement/managedDevices": fmt.Sprintf(`[{"deviceName":"D",%s}]`, tt.raw)}).Table("device")
			if diff := cmp.Diff([]string{"D" + tt.want}, values(table, tt.field)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.field, diff)
			}
		})
	}
}
