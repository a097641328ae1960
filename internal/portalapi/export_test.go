// SPDX-License-Identifier: Apache-2.0

package portalapi

import "net/http"

// Forget mounts a route as somebody would who forgot its row.
func (a *API) Forget(pattern string, serve http.HandlerFunc) { a.mux.HandleFunc(pattern, serve) }
