// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Site is what the middleware knows of the names of this server and of what
// stands before it.
type Site struct {
	// Public is the address that people use, as ParsePublicURL returns it, or
	// empty. It does not make its own host acceptable: Hosts does.
	Public string
	// Hosts are the Host headers that are answered, in lower case.
	Hosts []string
	// Local are further ones that are answered on connections which ended at a
	// loopback address of this machine, but never through a proxy.
	Local []string
	// Proxies are the networks whose forwarding headers count.
	Proxies []netip.Prefix
	// ProxyOnly refuses peers that are neither a proxy nor this machine.
	ProxyOnly bool
	// Health answers at paths of its own, on this machine and to proxies under
	// any name: a load balancer knows a server by its address. It may be nil.
	Health *Health
	// Observer is told of every request, by the clock Now; it may be nil.
	Observer Observer
	Now      func() time.Time
}

// Handler is the middleware around all that is mounted. It answers to the
// given hosts only: what a Host header holds, in lower case.
func Handler(hosts []string, log *slog.Logger, mounts ...Mounter) http.Handler {
	return Site{Hosts: hosts}.Handler(log, mounts...)
}

// Handler is the middleware around all that is mounted. It panics when two
// mounts claim the same addresses.
func (s Site) Handler(log *slog.Logger, mounts ...Mounter) http.Handler {
	mux := http.NewServeMux()
	if s.Health != nil {
		s.Health.Mount(mux)
	}
	for _, m := range mounts {
		m.Mount(mux)
	}
	return s.arrived(collect(mounts), s.observed(s.Health.draining(hardened(recovered(log, s.direct(s.named(sameOrigin(dispatched(mux)))))))))
}

// direct refuses those who go past the proxy: what they send could be read on
// its way.
func (s Site) direct(next http.Handler) http.Handler {
	if !s.ProxyOnly {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer := Client(r.Context()).Peer; !peer.IsLoopback() && !s.trusts(peer) {
			refuse(w, r, StatusProblem(r.Context(), http.StatusForbidden, "This address answers to its proxy only; use the public address.", nil))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// named refuses requests whose Host is not ours. A page of another site whose
// name was rebound to this address sends its own name there.
func (s Site) named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.answersTo(r) && !s.probed(r) {
			refuse(w, r, StatusProblem(r.Context(), http.StatusMisdirectedRequest, "This server does not answer to that name; see the names it is configured with.", nil))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// probed reports whether a load balancer or a supervisor asks, from this machine
// or from a proxy. Nothing in the answer is worth a rebound name.
func (s Site) probed(r *http.Request) bool {
	peer := Client(r.Context()).Peer
	return s.Health.asks(r) && (peer.IsLoopback() || s.trusts(peer))
}

// answersTo lets no proxy use a name of this machine: one that puts its own
// idea of the name into every request would hide what people asked for.
func (s Site) answersTo(r *http.Request) bool {
	host := strings.ToLower(r.Host)
	if slices.Contains(s.Hosts, host) {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.IP.IsLoopback() && !visitOf(r.Context()).proxied && slices.Contains(s.Local, host)
}
