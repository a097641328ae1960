// SPDX-License-Identifier: Apache-2.0

// Package profile makes the control profiles of a tenant as Microsoft Graph
// tells them: what an improvement action is, and the history of what people
// decided about it. It owns the words that Graph uses for products and levels
// and those that it takes for states; package daily has those that it gives.
// It knows no HTTP.
package profile
