// SPDX-License-Identifier: Apache-2.0

// Package keyring holds the keys of an installation, which live in a file
// outside its data and outside its backups. A ring has generations: the one in
// use writes, all of them read. It does the sums with Tink and knows neither
// what is sealed or signed, nor the storage.
package keyring
