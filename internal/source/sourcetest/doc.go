// SPDX-License-Identifier: Apache-2.0

// Package sourcetest is the suite that every source of files runs: the same
// bad files, each of which must give one clear error and never a panic.
package sourcetest
