// SPDX-License-Identifier: Apache-2.0

// Package graphapi answers as Microsoft Graph does, so that programs written
// for secure scores there work here by changing the base URL: secureScores and
// secureScoreControlProfiles, $batch and $metadata, in versions v1.0 and beta.
// It reads bearer tokens and never a cookie, and one request reads one tenant.
//
// It owns paths, headers, bodies, limits and errors. What a day says is package
// daily's, what an action says package profile's, what a query option means
// package odata's, and who somebody is an Authenticator's.
package graphapi
