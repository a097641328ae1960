// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/netip"
	"strings"
)

// ClientAddress says where a request came from.
type ClientAddress struct {
	// Addr is who asked, as well as it can be known: without an IPv4-in-IPv6
	// form and without a zone. It is the zero Addr when the peer has none.
	Addr netip.Addr
	// Peer is the other end of the connection: Addr, or a trusted proxy.
	Peer netip.Addr
}

// visit is what is known of one request before any handler sees it.
type visit struct {
	id      string
	client  ClientAddress
	proxied bool // a trusted proxy handed it on
	secure  bool
	public  string // base address of the site, when configured
	owner   PrefixMounter
	crooked bool
	route   string // template of what takes it; empty when nothing did
}

type visitKey struct{}

func visitOf(ctx context.Context) visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	if v == nil {
		return visit{}
	}
	return *v
}

// RequestID returns the id of the request that the context belongs to, or the
// empty string outside a request.
func RequestID(ctx context.Context) string { return visitOf(ctx).id }

// Client returns where the request that the context belongs to came from.
// Forwarding headers count only when a trusted proxy sent them.
func Client(ctx context.Context) ClientAddress { return visitOf(ctx).client }

// RemoteAddr returns the address of who sent the request, the zero Addr when
// it is not known. It is short for Client(ctx).Addr.
func RemoteAddr(ctx context.Context) netip.Addr { return visitOf(ctx).client.Addr }

// Secure reports whether the request reached this server over TLS or, when a
// trusted proxy handed it on, whether the proxy says that it came over https.
func Secure(ctx context.Context) bool { return visitOf(ctx).secure }

// BaseURL returns the address of this site for absolute links and redirects,
// such as "https://score.example.org", without a slash at its end: the public
// address when one is configured, else the scheme and the Host header, which
// has been checked by then. It holds inside a handler only.
func BaseURL(r *http.Request) string {
	v := visitOf(r.Context())
	if v.public != "" {
		return v.public
	}
	scheme := "http://"
	if v.secure {
		scheme = "https://"
	}
	return scheme + strings.ToLower(r.Host)
}

// arrived finds out what visit holds. The id is always a new one: one that a
// client sends could forge lines of the log.
func (s Site) arrived(all prefixes, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{id: newID(), public: s.Public}
		v.owner, v.crooked = all.find(r.URL)
		v.client.Peer = peer(r.RemoteAddr)
		v.client.Addr, v.secure = v.client.Peer, r.TLS != nil
		if s.trusts(v.client.Peer) && forwarded(r.Header) != "" {
			v.proxied = true
			v.client.Addr = s.origin(v.client.Peer, r.Header)
			v.secure = overTLS(r.Header)
		}
		w.Header().Set("Request-Id", v.id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}

// newID makes a random UUID: programs written for Microsoft's services expect
// an id of a request to look like one.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := make([]byte, 0, 36)
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, part)
	}
	return string(text)
}

// peer reads what net/http says of the other end.
func peer(remote string) netip.Addr {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
