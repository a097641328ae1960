// SPDX-License-Identifier: Apache-2.0

// Package microsoftscore reads what Microsoft Graph answers about Microsoft's
// own Secure Score: /security/secureScores (a score a day, with the points of
// each control) and /security/secureScoreControlProfiles (the controls). It
// gives typed days and profiles; what they mean beside our own score is
// decided elsewhere. The text in them is Microsoft's and the organisation's:
// hostile, and partly HTML.
package microsoftscore
