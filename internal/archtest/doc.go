// SPDX-License-Identifier: Apache-2.0

// Package archtest holds the tests of the architecture: which package may
// import which, and what every file begins with. It has no code of its own.
package archtest
