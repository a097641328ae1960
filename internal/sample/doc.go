// SPDX-License-Identifier: Apache-2.0

// Package sample makes the sample organisation: Contoso, with about 1,200
// users, 900 devices, their mailboxes and policies, and thirteen months of
// history in which people improve things, break things, accept risks and adopt
// a new catalogue. It makes evidence and decisions, nothing else: they take
// the same way as those of a real organisation.
//
// Everything is made by code from a fixed seed, so that one end day always
// gives the same history. No name in it is of a real person.
package sample
