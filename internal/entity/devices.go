// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"strconv"
	"strings"

	"securescore/internal/posture"
)

const deviceSet = "graph/deviceManagement/managedDevices"

// deviceProduct declares the devices that Intune manages.
func deviceProduct() Product {
	return Product{Kinds: []KindSpec{deviceKind()}, Derive: []Derive{deriveDevices}}
}

func deviceKind() KindSpec {
	return KindSpec{
		Kind: "device", Singular: "device", Plural: "devices", DataSet: deviceSet, Names: []string{"deviceName"},
		Fields: []Field{
			{Name: "system", Type: String, From: "operatingSystem", Doc: "Operating system: Windows, macOS, iOS, iPadOS, Android and others."},
			{Name: "version", Type: String, From: "osVersion", Doc: "Version of the operating system, as the device reports it."},
			{Name: "build", Type: Int, Doc: "Build of Windows, such as 26100 for Windows 11 24H2; unknown for other systems."},
			{Name: "owner", Type: String, From: "managedDeviceOwnerType", Enum: []string{"company", "personal", "unknown"}, Doc: "Whether the organisation or a person owns the device."},
			{Name: "user", Type: String, From: "userPrincipalName", Null: "", Absent: "", Doc: "Sign-in name of the person who uses it; empty for a shared device."},
			{Name: "agent", Type: String, From: "managementAgent", Null: "", Absent: "", Doc: "What manages the device: mdm, configurationManagerClient and others."},
			{Name: "enrolled", Type: Time, From: "enrolledDateTime", Doc: "When Intune began to manage it."},
			{Name: "seen", Type: Time, From: "lastSyncDateTime", Doc: "When the device last spoke with Intune; the year 1 for never."},
			{Name: "encrypted", Type: Bool, From: "isEncrypted", Doc: "Whether the device reports that its storage is encrypted."},
			{Name: "compliance", Type: String, From: "complianceState", Enum: []string{"unknown", "compliant", "noncompliant", "conflict", "error", "inGracePeriod", "configManager"}, Doc: "What the compliance policies say of the device."},
			{Name: "compliant", Type: Bool, Doc: "Whether the device meets its compliance policies now; a time of grace is not compliance."},
			{Name: "jailbreak", Type: String, From: "jailBroken", Enum: []string{"True", "False", "Unknown"}, Doc: "Whether the protections of the system were removed, as the device reports it."},
			{Name: "jailbroken", Type: Bool, Doc: "The same as a truth value; unknown where Intune does not know."},
		},
	}
}

// deriveDevices turns words into truth values. What Intune itself calls
// unknown is unknown here.
func deriveDevices(m *Model) {
	t := m.Table("device")
	for row := range t.Len() {
		deriveCompliance(t, row)
		deriveJailbreak(t, row)
		deriveBuild(t, row)
	}
}

func deriveCompliance(t *Table, row int) {
	state, ok := t.text(row, "compliance")
	switch {
	case !ok:
		t.SetUnknown(row, "compliant", t.Col("compliance").Why(row))
	case state == "compliant":
		t.SetBool(row, "compliant", true)
	case state == "unknown":
		t.SetUnknown(row, "compliant", undecided("Intune has not yet checked the device against its compliance policies"))
	case state == "configManager":
		t.SetUnknown(row, "compliant", undecided("Configuration Manager decides the compliance of the device, and what it says was not read"))
	default: // noncompliant, conflict, error, inGracePeriod
		t.SetBool(row, "compliant", false)
	}
}

func deriveJailbreak(t *Table, row int) {
	state, ok := t.text(row, "jailbreak")
	switch {
	case !ok:
		t.SetUnknown(row, "jailbroken", t.Col("jailbreak").Why(row))
	case state == "Unknown":
		t.SetUnknown(row, "jailbroken", undecided("Intune does not know whether the protections of the system were removed"))
	default:
		t.SetBool(row, "jailbroken", state == "True")
	}
}

// deriveBuild reads the third part of a version such as "10.0.26100.4061".
func deriveBuild(t *Table, row int) {
	if t.is(row, "system", "Windows") != True {
		t.SetUnknown(row, "build", undecided("only Windows counts builds"))
		return
	}
	version, ok := t.text(row, "version")
	if !ok {
		t.SetUnknown(row, "build", t.Col("version").Why(row))
		return
	}
	parts := strings.Split(version, ".")
	if len(parts) >= 3 && parts[0] == "10" && parts[1] == "0" {
		if build, err := strconv.ParseUint(parts[2], 10, 31); err == nil {
			t.SetInt(row, "build", int64(build))
			return
		}
	}
	t.SetUnknown(row, "build", posture.Reason{Code: posture.Shape, Detail: "osVersion of " + deviceSet + " is no version of Windows 10 or 11"})
}
