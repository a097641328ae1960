// SPDX-License-Identifier: Apache-2.0

// Package portalapi is the portal's own HTTP API: the operations under /api,
// the types that go over the wire, and the OpenAPI document made from them. It
// reads through one interface, Reader, and decides nothing about scores: every
// rank, percentage and status comes from the stations below.
//
//go:generate go run ./generate
package portalapi
