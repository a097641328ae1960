// SPDX-License-Identifier: Apache-2.0

// Package postgrestest gives tests a PostgreSQL of their own. One server per
// test process is started from the installed programs, on a free port, in a
// folder that goes with it; each test gets databases of its own in it. When
// SECURESCORE_TEST_DATABASE is set to the URL of a database, tests make theirs
// on that server instead: its role must be allowed to create databases and roles,
// and be a member of pg_signal_backend. When that database has the extension
// Citus, those of the tests are distributed, for which the role is a superuser.
//
// Nothing survives the process, however it ends: beside each server runs a guard
// that stops it, and removes its folder, when the process is gone.
package postgrestest
