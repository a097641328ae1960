// SPDX-License-Identifier: Apache-2.0

// Package httpserver listens, wraps every request in the middleware that all
// of them need, serves the portal's files and stops gracefully. It knows no
// handler: it takes a list of things that mount themselves, and offers them
// the one writer of problems. It does not know who is signed in.
package httpserver
