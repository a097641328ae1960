// SPDX-License-Identifier: Apache-2.0

// Package people is the use case of access: who has signed in, what was granted
// to them, which tokens they made, and what follows when somebody is removed.
// It turns what a credential proves into a principal, whose every action the
// table of package access decides, and writes the installation's audit log in
// the same transaction as what it tells of. It knows no HTTP.
package people
