// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"securescore/internal/posture"
)

// longestDrain bounds a mistake: what supervises processes ends them before.
const longestDrain = 10 * time.Minute

// Config says where to listen and by which names. Its faults are named after
// the settings: listen, tls-cert, tls-key, trusted-proxy, public-url, host.
type Config struct {
	// Listen is host:port; port 0 takes a free one. Without TLS and without
	// proxies the host must be a loopback address.
	Listen string
	// Public is the address that people use, such as
	// https://score.example.org; it may be empty.
	Public string
	// Names are further names of this server. One without a port stands for
	// the usual port and for the one listened on.
	Names []string
	// TLSCert and TLSKey are PEM files; both or none. They are read again
	// whenever they change.
	TLSCert, TLSKey string
	// Proxies are the networks or addresses whose forwarding headers count,
	// such as 10.1.2.0/24 or 10.1.2.3.
	Proxies []string
	// Health answers for a load balancer and is told when the server stops; nil
	// for none.
	Health *Health
	// Drain is how long requests are still taken after the server has said that
	// it is not ready any more, so that a load balancer notices in time.
	Drain time.Duration
	// Observer is told of every request, by the clock Now; it may be nil.
	Observer Observer
	Now      func() time.Time
	Log      *slog.Logger
}

func invalid(setting, rule string, args ...any) error {
	return &posture.FieldError{Path: setting, Rule: fmt.Sprintf(rule, args...)}
}

// Validate returns all faults that can be known before listening, joined; each
// wraps posture.ErrInvalid or posture.ErrForbidden. It opens nothing.
func (c *Config) Validate() error {
	var faults []error
	host, port, err := net.SplitHostPort(c.Listen)
	switch {
	case err != nil || !validPort(port, 0):
		faults = append(faults, invalid("listen", "must be host:port with a number as port, got %q", c.Listen))
	case !loopback(host) && !c.guarded():
		faults = append(faults, openError(c.Listen))
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		faults = append(faults, invalid("tls-cert, tls-key", "must be given together"))
	}
	faults = append(faults, c.validatePublic()...)
	for _, name := range c.Names {
		if !validHost(strings.ToLower(name)) {
			faults = append(faults, invalid("host", "must be a name or an address, with or without a port and nothing else, got %q", name))
		}
	}
	_, proxyFaults := c.proxies()
	faults = append(faults, proxyFaults...)
	if c.Drain < 0 || c.Drain > longestDrain {
		faults = append(faults, invalid("drain", "must be 0s to %s, got %s", longestDrain, c.Drain))
	}
	if err == nil && !loopback(host) && c.TLSCert != "" && len(c.Proxies) == 0 && c.Public == "" && len(c.Names) == 0 {
		faults = append(faults, invalid("public-url", "must name the address that people use, since others can reach %s; or give --host NAME", c.Listen))
	}
	return errors.Join(faults...)
}

// guarded reports whether others than this machine may reach the server: what
// passes the network is encrypted, here or at a proxy.
func (c *Config) guarded() bool { return c.TLSCert != "" || c.TLSKey != "" || len(c.Proxies) > 0 }

// Alone reports whether nothing but this machine itself can reach the server,
// and no proxy stands before it.
func (c *Config) Alone() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	return err == nil && loopback(host) && len(c.Proxies) == 0
}

func openError(listen string) error {
	return fmt.Errorf("listen: %w: other machines can reach %q, and sign-ins, tokens and findings would cross the network in the clear; give --tls-cert FILE and --tls-key FILE (TLS here), or --trusted-proxy CIDR and --public-url URL (TLS at a proxy), or listen on an address of this machine only, such as 127.0.0.1:8080", posture.ErrForbidden, listen)
}

func (c *Config) validatePublic() []error {
	if c.Public == "" {
		if len(c.Proxies) > 0 {
			return []error{invalid("public-url", "must be given with --trusted-proxy: it is the address of the proxy that people use")}
		}
		return nil
	}
	public, err := ParsePublicURL(c.Public)
	if err != nil {
		return []error{err}
	}
	switch https := strings.HasPrefix(public, "https:"); {
	case https && !c.guarded():
		return []error{invalid("public-url", "must not be https, because nothing here answers https: give --tls-cert and --tls-key, or --trusted-proxy")}
	case !https && c.TLSCert != "" && len(c.Proxies) == 0:
		return []error{invalid("public-url", "must be https, because --tls-cert is given")}
	}
	return nil
}

// proxies reads the networks, without those that are faulty.
func (c *Config) proxies() (networks []netip.Prefix, faults []error) {
	for _, text := range c.Proxies {
		network, err := parseProxy(strings.TrimSpace(text))
		if err != nil {
			faults = append(faults, err)
			continue
		}
		networks = append(networks, network)
	}
	return networks, faults
}

func parseProxy(text string) (netip.Prefix, error) {
	network, err := netip.ParsePrefix(text)
	if addr, failed := netip.ParseAddr(text); failed == nil && addr.Zone() == "" {
		network, err = netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	switch {
	case err != nil:
		return netip.Prefix{}, invalid("trusted-proxy", "must be networks or addresses such as 10.1.2.0/24, got %q", text)
	case network.Bits() == 0:
		return netip.Prefix{}, invalid("trusted-proxy", "must not be %s: everybody could claim any address", network)
	case network.Addr().Is4In6():
		return netip.Prefix{}, invalid("trusted-proxy", "must be written as IPv4, got %s", network)
	case network != network.Masked():
		return netip.Prefix{}, invalid("trusted-proxy", "must be a network, got %s; did you mean %s or %s?", network, network.Masked(), network.Addr())
	}
	return network, nil
}

// ParsePublicURL checks the address that people use and returns it in its
// plain form: lower case, without the usual port and without a slash at its
// end. The error is a *posture.FieldError.
func ParsePublicURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil {
		return "", invalid("public-url", "must be an address such as https://score.example.org, got %q", text)
	}
	host := strings.ToLower(u.Host)
	switch {
	case u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "" || !validHost(host):
		return "", invalid("public-url", "must be an address such as https://score.example.org, got %q", text)
	case u.Path != "" && u.Path != "/":
		return "", invalid("public-url", "must have no path, got %q: the server answers at the root of a name of its own only", u.Path)
	case u.User != nil || strings.ContainsAny(text, "?#"):
		return "", invalid("public-url", "must be a scheme and a host only: no user, no query, no fragment")
	case u.Scheme == "http" && !loopback(hostname(host)):
		return "", invalid("public-url", "must be https: http is for names of this machine itself only, and %s is none", hostname(host))
	}
	return u.Scheme + "://" + strings.TrimSuffix(host, ":"+usualPort(u.Scheme)), nil
}

func usualPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// dnsName is what a Host header may hold as a name. Names in other scripts
// arrive in their xn-- form.
var dnsName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$`)

func validHost(host string) bool {
	name := host
	if strings.Count(host, ":") > 0 && !strings.HasSuffix(host, "]") {
		var port string
		var err error
		if name, port, err = net.SplitHostPort(host); err != nil || !validPort(port, 1) {
			return false
		}
		if strings.Contains(name, ":") {
			name = "[" + name + "]"
		}
	}
	if inner, ok := strings.CutPrefix(name, "["); ok {
		addr, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		return err == nil && addr.Is6() && addr.Zone() == "" && !addr.IsUnspecified()
	}
	if addr, err := netip.ParseAddr(name); err == nil && addr.IsUnspecified() {
		return false
	}
	return len(name) <= 253 && dnsName.MatchString(name)
}

func validPort(port string, least int) bool {
	n, err := strconv.Atoi(port)
	return err == nil && n >= least && n <= 65535 && strconv.Itoa(n) == port
}

// site puts the names together that belong to the address taken. It wants a
// valid configuration.
func (c *Config) site(address netip.AddrPort) Site {
	port := strconv.Itoa(int(address.Port()))
	networks, _ := c.proxies()
	s := Site{Health: c.Health, Observer: c.Observer, Now: c.Now, Proxies: networks, ProxyOnly: c.TLSCert == "" && !address.Addr().IsLoopback()}
	if c.Public != "" {
		s.Public, _ = ParsePublicURL(c.Public)
		scheme, host, _ := strings.Cut(s.Public, "://")
		s.Hosts = append(s.Hosts, host)
		if !hasPort(host) {
			s.Hosts = append(s.Hosts, host+":"+usualPort(scheme))
		}
	}
	for _, name := range c.Names {
		name = strings.ToLower(name)
		s.Hosts = append(s.Hosts, name)
		if !hasPort(name) {
			s.Hosts = append(s.Hosts, name+":"+usualPort(c.scheme()), name+":"+port)
		}
	}
	machine := []string{"localhost", "127.0.0.1", "[::1]"}
	if own := address.Addr(); own.IsLoopback() && own.Is4() {
		machine = append(machine, own.String())
	}
	for _, name := range machine {
		s.Local = append(s.Local, name+":"+port)
		if port == usualPort(c.scheme()) {
			s.Local = append(s.Local, name)
		}
	}
	return s
}

func (c *Config) scheme() string {
	if c.TLSCert != "" {
		return "https"
	}
	return "http"
}

func hasPort(host string) bool {
	return strings.Contains(host, ":") && !strings.HasSuffix(host, "]")
}
