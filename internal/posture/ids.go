// SPDX-License-Identifier: Apache-2.0

package posture

// TenantID is this product's own UUID of an organisation that is scored, in
// lower case. It never changes; the Entra GUID of the organisation is an
// attribute that is bound later.
type TenantID string

// ControlID names one control of the catalogue, such as "AdminMFAV2". It is
// Microsoft's id where Microsoft has one.
type ControlID string

// Kind names what a control looks at: user, mailbox, policy, domain. A rule
// reads its entity under this name.
type Kind string

// Category is one of the five parts that a score is divided into.
type Category string

// The categories of the score, in the order in which screens list them.
const (
	Identity       Category = "Identity"
	Data           Category = "Data"
	Device         Category = "Device"
	Apps           Category = "Apps"
	Infrastructure Category = "Infrastructure"
)

// Categories returns all categories in the order of the screens.
func Categories() []Category {
	return []Category{Identity, Data, Device, Apps, Infrastructure}
}

// Valid reports whether c is one of the five categories.
func (c Category) Valid() bool {
	switch c {
	case Identity, Data, Device, Apps, Infrastructure:
		return true
	}
	return false
}
