// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The versions, which answer alike.
var versions = []string{"v1.0", "beta"}

// maxSegments is how many segments a path may have; no address has more than
// six.
const maxSegments = 12

// target is what a path names.
type target struct {
	version string   // "v1.0" or "beta"
	tenant  string   // as the path has it, in lower case; empty for none
	path    []string // segments behind the version, decoded, and keys in parentheses split off
}

// prefix is the path up to the version, in canonical form.
func (t *target) prefix() string {
	if t.tenant == "" {
		return "/" + t.version
	}
	return "/t/" + url.PathEscape(t.tenant) + "/" + t.version
}

// parsePath reads the escaped path of a request.
func parsePath(escaped string) (target, error) {
	segments, err := parseSegments(escaped)
	if err != nil {
		return target{}, err
	}
	var t target
	if len(segments) > 1 && strings.EqualFold(segments[0], "t") {
		t.tenant = strings.ToLower(segments[1])
		segments = segments[2:]
	}
	if len(segments) == 0 {
		return target{}, noSegment("t")
	}
	at := slices.IndexFunc(versions, func(v string) bool { return strings.EqualFold(v, segments[0]) })
	if at < 0 {
		return target{}, noSegment(segments[0])
	}
	t.version = versions[at]
	t.path, err = splitKeys(segments[1:])
	return t, err
}

// parseSegments undoes escapes once, segment by segment, so that an escaped
// slash makes no segments. It refuses what one reader could take for another
// path than the next: empty and dot segments, slashes in disguise, what is not
// UTF-8 and what cannot be seen.
func parseSegments(escaped string) ([]string, error) {
	rest, ok := strings.CutPrefix(escaped, "/")
	if !ok {
		return nil, badPath("the path must begin with a slash")
	}
	rest = strings.TrimSuffix(rest, "/") // one at the end is a habit of clients
	if rest == "" {
		return nil, nil
	}
	var segments []string
	for part := range strings.SplitSeq(rest, "/") {
		if len(segments) == maxSegments {
			return nil, badPath("the path has too many segments")
		}
		plain, err := url.PathUnescape(part)
		switch {
		case err != nil:
			return nil, badPath("the path has a % without two hexadecimal digits behind it")
		case plain == "" || plain == "." || plain == "..":
			return nil, badPath("the path has an empty segment, or one that points elsewhere")
		case !utf8.ValidString(plain) || strings.ContainsAny(plain, `/\`) || strings.ContainsFunc(plain, unicode.IsControl):
			return nil, badPath("the path has characters that no name here has")
		}
		segments = append(segments, plain)
	}
	return segments, nil
}

// splitKeys turns name('key') into the two segments name and key, which mean
// the same.
func splitKeys(segments []string) ([]string, error) {
	path := make([]string, 0, len(segments)+1)
	for _, segment := range segments {
		name, key, found := strings.Cut(segment, "(")
		if !found {
			path = append(path, segment)
			continue
		}
		inner, ok := strings.CutPrefix(key, "'")
		if ok {
			inner, ok = strings.CutSuffix(inner, "')")
		}
		if !ok || name == "" || inner == "" || strings.Count(inner, "'") != 2*strings.Count(inner, "''") {
			return nil, badPath("a key in parentheses stands in quotes, as in name('key')")
		}
		path = append(path, name, strings.ReplaceAll(inner, "''", "'"))
	}
	return path, nil
}
