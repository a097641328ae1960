// SPDX-License-Identifier: Apache-2.0

// Package access decides who may do what, where. One table of role and action
// answers for the Graph API, the portal API and the command line alike; what
// is not in it is denied. It is pure: who somebody is, and which roles they
// hold, is found out by the packages below it and by package people.
package access
