// SPDX-License-Identifier: Apache-2.0

// Package cluster holds tests of several servers that share one PostgreSQL: one
// truth, restarts, kills and faults of the database. They start the built
// program as processes of their own, and so need its path in SECURESCORE_BINARY;
// 'make test-cluster' sets it. It has no code of its own.
package cluster
