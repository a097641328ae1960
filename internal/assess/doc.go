// SPDX-License-Identifier: Apache-2.0

// Package assess is the use case of the product: evidence in, entities,
// outcomes, assessments, points and ledger entries out, for one tenant. It is
// the only caller of those stations together and decides nothing that they
// decide; it holds the order in which they run.
package assess
