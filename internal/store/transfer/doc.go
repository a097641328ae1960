// SPDX-License-Identifier: Apache-2.0

// Package transfer moves a whole installation, table by table: into a backup
// file, out of one, and from one database engine to another. It knows tables
// and rows and nothing of what they mean. Each engine is a Source, read as one
// consistent picture, and a Target, an installation that nothing is in yet and
// that is filled completely or not at all; a backup file that was checked is a
// Source too. Rows have one canonical form, so that equal tables have equal
// hashes whatever engine they are read from.
package transfer
