// SPDX-License-Identifier: Apache-2.0

package postgres

// SpreadOut makes a store take its database for one that Citus distributes.
func SpreadOut(s *Store) { s.engine.distributed = true }
