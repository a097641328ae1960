// SPDX-License-Identifier: Apache-2.0

// Package postgres keeps everything in a PostgreSQL database, for when one
// machine is not enough, or in one that Citus distributes over several. It
// implements the contract of package store over package relational and decides
// nothing beyond it.
//
// Behind the checks of the program stands a second fence: the role that servers
// sign in as owns nothing. Every transaction takes on one of two roles: one that
// sees the rows of the tenant alone whose number the transaction has set, and one
// for the methods that cross tenants. Who forgets a tenant gets nothing.
package postgres
