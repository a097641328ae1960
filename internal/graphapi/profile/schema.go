// SPDX-License-Identifier: Apache-2.0

package profile

import "securescore/internal/odata"

// Schema is what a filter may ask of profiles. Its names are also the
// properties of their JSON, in that order.
func Schema() *odata.Schema {
	return &odata.Schema{Name: "secureScoreControlProfile", Properties: []odata.Property{
		{Name: "id", Type: odata.String},
		{Name: "azureTenantId", Type: odata.String},
		{Name: "actionType", Type: odata.String},
		{Name: "actionUrl", Type: odata.String},
		{Name: "controlCategory", Type: odata.String},
		{Name: "title", Type: odata.String},
		{Name: "deprecated", Type: odata.Boolean},
		{Name: "implementationCost", Type: odata.String},
		{Name: "lastModifiedDateTime", Type: odata.DateTimeOffset},
		{Name: "maxScore", Type: odata.Double},
		{Name: "rank", Type: odata.Int32},
		{Name: "remediation", Type: odata.String},
		{Name: "remediationImpact", Type: odata.String},
		{Name: "service", Type: odata.String},
		{Name: "threats", Type: odata.String, Collection: true},
		{Name: "tier", Type: odata.String},
		{Name: "userImpact", Type: odata.String},
		{Name: "vendorInformation", Type: odata.Complex, Of: VendorSchema()},
		{Name: "complianceInformation", Type: odata.Complex, Collection: true, Of: &odata.Schema{Name: "complianceInformation", Properties: []odata.Property{
			{Name: "certificationControls", Type: odata.Complex, Collection: true, Of: &odata.Schema{Name: "certificationControl", Properties: []odata.Property{
				{Name: "name", Type: odata.String},
				{Name: "url", Type: odata.String},
			}}},
			{Name: "certificationName", Type: odata.String},
		}}},
		{Name: "controlStateUpdates", Type: odata.Complex, Collection: true, Of: &odata.Schema{Name: "secureScoreControlStateUpdate", Properties: []odata.Property{
			{Name: "assignedTo", Type: odata.String},
			{Name: "comment", Type: odata.String},
			{Name: "state", Type: odata.String},
			{Name: "updatedBy", Type: odata.String},
			{Name: "updatedDateTime", Type: odata.DateTimeOffset},
		}}},
	}}
}

// VendorSchema is the type of vendorInformation, here and in scores.
func VendorSchema() *odata.Schema {
	return &odata.Schema{Name: "securityVendorInformation", Properties: []odata.Property{
		{Name: "provider", Type: odata.String},
		{Name: "providerVersion", Type: odata.String},
		{Name: "subProvider", Type: odata.String},
		{Name: "vendor", Type: odata.String},
	}}
}
