// SPDX-License-Identifier: Apache-2.0

// Package job is what runs by itself: work that is due is taken under a lease
// from the store, done, and ended. It owns how many run at once, when a failed
// one is tried again, and the kinds of work that the product has. What a work
// brings is committed by the use case that it calls, together with its lease
// where that is possible; otherwise the work is one that may be done twice.
package job
