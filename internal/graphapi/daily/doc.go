// SPDX-License-Identifier: Apache-2.0

// Package daily tells a tenant's secureScores of the Graph API: one for every
// UTC day from the first entry of its own ledger to today, the newest first.
// Days without entries carry forward what stood before them.
//
// Everything comes from the ledger, so a past day says tomorrow what it says
// today; the catalogue in use adds the descriptions. What was read once is kept
// in memory, and so are the compressed bytes of past days, which any page of
// them is put together from. Both are caches: they are bounded, and right only
// for as long as what they were made from has not changed, which is checked
// whenever a tenant is opened.
//
// The package knows neither HTTP nor query options.
package daily
