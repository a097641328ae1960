// SPDX-License-Identifier: Apache-2.0

// Package httpserver listens, with TLS or behind a proxy, finds out where each
// request came from, wraps it in the middleware that all need, serves the
// portal's files and stops gracefully. It knows no handler: it takes a list of
// things that mount themselves, and offers them the one writer of problems. It
// does not know who is signed in.
package httpserver
