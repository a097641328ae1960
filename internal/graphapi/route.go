// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"securescore/internal/access"
)

// Route is one thing that can be asked of the API. Routes with GET answer HEAD
// too.
type Route struct {
	Method string
	// Path is the template behind the version, in the letter case of Graph; a
	// segment in braces stands for any.
	Path string
	// Action is what somebody must be allowed to do, in the tenant of the request.
	Action access.Action

	handle handler
	scores bool // counts as a request for secureScores
	batch  bool // cannot stand within a batch
}

type handler func(*API, context.Context, *call) (*answer, error)

const (
	scoresPath   = "/security/secureScores"
	profilesPath = "/security/secureScoreControlProfiles"
)

// Routes are all routes, in the order in which they are tried.
func Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "", Action: access.ReadPublic, handle: (*API).service},
		{Method: http.MethodGet, Path: "/$metadata", Action: access.ReadPublic, handle: (*API).metadata},
		{Method: http.MethodPost, Path: "/$batch", Action: access.ReadPosture, handle: (*API).batch, batch: true},
		{Method: http.MethodGet, Path: "/security", Action: access.ReadPosture, handle: (*API).security},
		{Method: http.MethodGet, Path: scoresPath, Action: access.ReadPosture, handle: (*API).scores, scores: true},
		{Method: http.MethodGet, Path: scoresPath + "/$count", Action: access.ReadPosture, handle: (*API).scoreCount, scores: true},
		{Method: http.MethodGet, Path: scoresPath + "/{id}", Action: access.ReadPosture, handle: (*API).score, scores: true},
		{Method: http.MethodGet, Path: profilesPath, Action: access.ReadPosture, handle: (*API).profiles},
		{Method: http.MethodGet, Path: profilesPath + "/$count", Action: access.ReadPosture, handle: (*API).profileCount},
		{Method: http.MethodGet, Path: profilesPath + "/{id}", Action: access.ReadPosture, handle: (*API).profile},
		{Method: http.MethodPatch, Path: profilesPath + "/{id}", Action: access.EditStatus, handle: (*API).patch},
	}
}

// compiled is a route with its template cut up.
type compiled struct {
	Route

	segments []string
}

func compile(routes []Route) []compiled {
	list := make([]compiled, len(routes))
	for i, r := range routes {
		list[i].Route = r
		if r.Path != "" {
			list[i].segments = strings.Split(r.Path[1:], "/")
		}
	}
	return list
}

// matches compares a path with the template, letter case aside, and returns
// what stands in braces.
func (r *compiled) matches(path []string) (key string, ok bool) {
	if len(path) != len(r.segments) {
		return "", false
	}
	for i, segment := range r.segments {
		switch {
		case strings.HasPrefix(segment, "{"):
			if strings.HasPrefix(path[i], "$") {
				return "", false
			}
			key = path[i]
		case !strings.EqualFold(segment, path[i]):
			return "", false
		}
	}
	return key, true
}

// find returns the route of a method and a path, and the key in the path. The
// error names the segment that is not known, or the methods that are.
func (a *API) find(method string, path []string) (route *compiled, key string, err error) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var allow []string
	for i := range a.routes {
		r := &a.routes[i]
		key, ok := r.matches(path)
		switch {
		case !ok:
		case r.Method == method:
			return r, key, nil
		default:
			allow = append(allow, r.Method)
			if r.Method == http.MethodGet {
				allow = append(allow, http.MethodHead)
			}
		}
	}
	if allow != nil {
		slices.Sort(allow)
		return nil, "", notAllowed(strings.Join(slices.Compact(allow), ", "))
	}
	return nil, "", noSegment(a.unknown(path))
}

// unknown is the first segment of a path with which no route goes on.
func (a *API) unknown(path []string) string {
	longest := 0
	for i := range a.routes {
		r := &a.routes[i]
		n := 0
		for n < len(path) && n < len(r.segments) && (strings.HasPrefix(r.segments[n], "{") || strings.EqualFold(r.segments[n], path[n])) {
			n++
		}
		longest = max(longest, n)
	}
	return path[min(longest, len(path)-1)]
}
