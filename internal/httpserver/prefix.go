// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// PrefixMounter is a Mounter that answers everything below some prefixes by
// itself, in any letter case. http.ServeMux never sees those requests, so
// nothing cleans their paths or redirects them: what arrives is what the
// client sent, apart from dot segments, which are refused with 400 before.
// The rest of the path may still hold empty segments and escaped slashes.
type PrefixMounter interface {
	Mounter
	http.Handler
	// Prefixes returns patterns such as "/v1.0" or "/t/{tenant}/v1.0": whole
	// segments, where one in braces stands for any that is not empty. It is
	// called once; no two patterns of a server may overlap.
	Prefixes() []string
}

// ProblemWriter is a PrefixMounter that writes the problems of its prefixes in
// a form of its own. It is asked for those that are found before ServeHTTP
// runs, and for panics.
type ProblemWriter interface {
	WriteProblem(w http.ResponseWriter, r *http.Request, p *Problem)
}

// prefix is one pattern and who answers below it.
type prefix struct {
	pattern  string
	segments []string // a wildcard is the empty string
	owner    PrefixMounter
}

type prefixes []prefix

// collect takes the prefixes of all mounts. A pattern that is malformed or
// overlaps with another is a programmer's error.
func collect(mounts []Mounter) prefixes {
	var all prefixes
	for _, m := range mounts {
		owner, ok := m.(PrefixMounter)
		if !ok {
			continue
		}
		for _, pattern := range owner.Prefixes() {
			p := newPrefix(pattern, owner)
			for i := range all {
				if all[i].overlaps(p) {
					panic(fmt.Sprintf("httpserver: prefixes %s and %s overlap", all[i].pattern, pattern))
				}
			}
			all = append(all, p)
		}
	}
	return all
}

func newPrefix(pattern string, owner PrefixMounter) prefix {
	p := prefix{pattern: pattern, owner: owner}
	rest, ok := strings.CutPrefix(pattern, "/")
	for segment := range strings.SplitSeq(rest, "/") {
		ok = ok && segment != ""
		if strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") {
			segment = ""
		}
		p.segments = append(p.segments, segment)
	}
	if !ok {
		panic(fmt.Sprintf("httpserver: prefix %q is malformed", pattern))
	}
	return p
}

// overlaps reports whether some path has both prefixes.
func (p prefix) overlaps(other prefix) bool {
	for i := range min(len(p.segments), len(other.segments)) {
		a, b := p.segments[i], other.segments[i]
		if a != "" && b != "" && !strings.EqualFold(a, b) {
			return false
		}
	}
	return true
}

// owns compares whole segments, each with its escapes undone by itself: an
// escaped slash makes no segments.
func (p prefix) owns(escaped string) bool {
	rest, ok := strings.CutPrefix(escaped, "/")
	for _, want := range p.segments {
		if !ok {
			return false
		}
		var segment string
		segment, rest, ok = strings.Cut(rest, "/")
		if want != "" && !strings.EqualFold(unescaped(segment), want) {
			return false
		}
	}
	return true
}

// find returns the owner of a path, or nil. A path is crooked when somebody
// who cleans it could see another owner, or another path below the same one.
func (all prefixes) find(u *url.URL) (owner PrefixMounter, crooked bool) {
	if len(all) == 0 {
		return nil, false
	}
	escaped := u.EscapedPath()
	for i := range all {
		if all[i].owns(escaped) {
			return all[i].owner, crookedBelow(escaped, len(all[i].segments))
		}
	}
	cleaned := path.Clean("/" + strings.ReplaceAll(u.Path, `\`, "/"))
	if cleaned == escaped {
		return nil, false // nothing to undo: escapes and cleaning only shorten
	}
	asEscaped := (&url.URL{Path: cleaned}).EscapedPath()
	for i := range all {
		if all[i].owns(asEscaped) {
			return all[i].owner, true
		}
	}
	return nil, false
}

// crookedBelow looks for dot segments anywhere, and within the prefix also for
// empty ones and for slashes in disguise.
func crookedBelow(escaped string, depth int) bool {
	i := 0
	for segment := range strings.SplitSeq(strings.TrimPrefix(escaped, "/"), "/") {
		plain := unescaped(segment)
		if plain == "." || plain == ".." || i < depth && (plain == "" || strings.ContainsAny(plain, `/\`)) {
			return true
		}
		for part := range strings.FieldsFuncSeq(plain, isSlash) {
			if part == "." || part == ".." {
				return true
			}
		}
		i++
	}
	return false
}

func isSlash(r rune) bool { return r == '/' || r == '\\' }

func unescaped(segment string) string {
	if !strings.Contains(segment, "%") {
		return segment
	}
	plain, err := url.PathUnescape(segment)
	if err != nil {
		return segment
	}
	return plain
}

// dispatched hands a request to the owner of its prefix, or to the mux.
func dispatched(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitOf(r.Context())
		switch {
		case v.crooked:
			refuse(w, r, StatusProblem(r.Context(), http.StatusBadRequest, "The path holds segments that point elsewhere; send the plain path.", nil))
		case v.owner != nil:
			v.owner.ServeHTTP(w, r)
		default:
			defer routed(r) // a panic passes here too
			mux.ServeHTTP(w, r)
		}
	})
}

// routed tells the route by the mux, unless whoever took the request knows it
// more exactly.
func routed(r *http.Request) {
	if visitOf(r.Context()).route == "" {
		SetRoute(r.Context(), r.Pattern)
	}
}

// refuse writes a problem in the form of whoever owns the path.
func refuse(w http.ResponseWriter, r *http.Request, p *Problem) {
	if writer, ok := visitOf(r.Context()).owner.(ProblemWriter); ok {
		writer.WriteProblem(w, r, p)
		return
	}
	p.Write(w)
}
