// SPDX-License-Identifier: Apache-2.0

// Package conditional reads Conditional Access policies and answers one
// question: does every sign-in of a person that a demand is about meet an
// enforced policy that satisfies the demand?
//
// It works with two bounds. What is sure counts only conditions, people and
// controls that are understood completely; what may be counts everything that
// could help. Covered means that the sure ones alone reach every sign-in; not
// covered means that even all that may be do not; anything between is
// undecided, with a reason that names the policy. So a member, value, group or
// authentication strength that this version does not know can never make
// anybody covered.
//
// It knows nothing of tables, controls or points, and holds no state.
package conditional
