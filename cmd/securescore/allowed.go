// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/posture"
)

// actions says what each command does, in the words of the table that decides
// for the portal and the Graph API too. A command without a row does not run.
func actions() map[string]access.Action {
	return map[string]access.Action{
		"securescore":               access.ReadPublic, // help
		"securescore assess":        access.ReadPublic, // reads files that are handed in, stores nothing
		"securescore audit":         access.ReadPublic,
		"securescore audit export":  access.ReadAudit,
		"securescore audit list":    access.ReadAudit,
		"securescore backup":        access.ManageInstallation,
		"securescore catalog":       access.ReadPublic,
		"securescore catalog list":  access.ReadPublic,
		"securescore catalog show":  access.ReadPublic,
		"securescore catalog check": access.ReadPublic,
		"securescore copy":          access.ManageInstallation,
		"securescore heads":         access.ReadPublic,
		"securescore heads key":     access.ReadPublic, // makes a file outside the data
		"securescore heads sign":    access.ManageInstallation,
		"securescore import":        access.ManageEvidence,
		"securescore key":           access.ReadPublic,
		"securescore key create":    access.ReadPublic, // makes a file outside the data
		"securescore key list":      access.ManageInstallation,
		"securescore key public":    access.ReadPublic, // reads a file outside the data
		"securescore key rotate":    access.ManageInstallation,
		"securescore key retire":    access.ManageInstallation,
		"securescore migrate":       access.ManageInstallation,
		"securescore person":        access.ReadPublic,
		"securescore person list":   access.ReadPeople,
		"securescore person invite": access.ManagePeople,
		"securescore person grant":  access.ManagePeople,
		"securescore person end":    access.ManagePeople,
		"securescore person remove": access.ManagePeople,
		"securescore person erase":  access.ManagePeople,
		"securescore restore":       access.ManageInstallation,
		"securescore score":         access.ReadPosture,
		"securescore serve":         access.ManageInstallation,
		"securescore signin":        access.ManageInstallation,
		"securescore tenant":        access.ReadPublic,
		"securescore tenant add":    access.ManageInstallation,
		"securescore tenant list":   access.ReadPosture,
		"securescore tenant set":    access.ManageTenant,
		"securescore token":         access.ReadPublic,
		"securescore token create":  access.ManageTokens,
		"securescore token list":    access.ManageTokens,
		"securescore token revoke":  access.ManageTokens,
		"securescore verify":        access.ReadAudit,
		"securescore work":          access.ReadPublic,
		"securescore work list":     access.ManageInstallation,
		"securescore work cancel":   access.ManageInstallation,
		"securescore work restart":  access.ManageInstallation,
		"securescore version":       access.ReadPublic,
	}
}

// allowed asks the table whether whoever sits at the command line may run a
// command.
func (e *env) allowed(cmd *cobra.Command) error {
	for c := cmd; c != nil; c = c.Parent() {
		switch c.Name() {
		case "help", "completion", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd:
			return nil // the library adds them; they print help
		}
	}
	action, ok := actions()[cmd.CommandPath()]
	if !ok {
		return fmt.Errorf("%s: %w: no row says who may run it", cmd.CommandPath(), posture.ErrForbidden)
	}
	return e.operator().May(action, access.Everywhere)
}
