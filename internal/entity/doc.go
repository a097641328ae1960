// SPDX-License-Identifier: Apache-2.0

// Package entity turns evidence into typed entities: tables of columns, one
// table a kind, that rules read. A schema says for every field where it stands
// in the raw object and what null and absent mean there; what needs more than
// one object (whom a policy covers, which mail policy applies, who holds a
// role) is derived here once per run by code with tests of its own.
//
// It decides no control and never guesses: what it does not understand is
// unknown, with a reason.
package entity
