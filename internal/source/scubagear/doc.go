// SPDX-License-Identifier: Apache-2.0

// Package scubagear reads the settings export that CISA's ScubaGear writes
// (ProviderSettingsExport.json, or the member Raw of ScubaResults.json) and
// hands its answers over under the names of the data sets that live sources
// use. It knows where things stand in the export, not what they mean: that is
// the business of the schema and of the controls.
package scubagear
