// SPDX-License-Identifier: Apache-2.0

// Package sqlite keeps everything in one SQLite file, securescore.db in the
// data folder. It implements the contract of package store and decides nothing
// beyond it. One connection writes, several read; the file is in WAL mode with
// synchronous FULL, so that what was committed, and the head of a ledger that
// somebody exported, survives a loss of power. Several processes may have the
// file open: a writer waits for another one for ten seconds.
package sqlite
