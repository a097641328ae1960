// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"context"
	"net/http"
	"strings"

	"securescore/internal/graphapi/profile"
)

// profileResource gives the whole catalogue on one page: clients that do not
// page exist.
func profileResource() *resource {
	return &resource{path: profilesPath, schema: profile.Schema(), page: 1000, most: 1000}
}

// profileSet is a view of profiles as a set.
type profileSet struct{ *profile.View }

func (s profileSet) Tag() string { return s.View.Tag }
func (s profileSet) Each(_ context.Context, first, n int, visit func(i int, one row) error) error {
	for i := first; i < first+n; i++ {
		if err := visit(i, s.At(i)); err != nil {
			return err
		}
	}
	return nil
}

func (s profileSet) Key(_ context.Context, i int) (string, error) {
	return string(s.At(i).ID), nil
}

func (s profileSet) Place(_ context.Context, key string) (int, bool, error) {
	at, found := s.View.Place(key)
	return at, found, nil
}

func (s profileSet) Visit(_ context.Context, places []int, visit func(i int, one row) error) error {
	for _, i := range places {
		if err := visit(i, s.At(i)); err != nil {
			return err
		}
	}
	return nil
}

func (s profileSet) Packed(_ context.Context, first, n int, prefix, suffix string) (*answer, error) {
	if first > 0 || n < s.Len() {
		return nil, nil
	}
	body, err := s.Gzip(prefix, suffix)
	if err != nil {
		return nil, err
	}
	out := newAnswer(http.StatusOK, body)
	out.packed = true
	return out, nil
}

func (a *API) profiles(ctx context.Context, c *call) (*answer, error) {
	v, err := a.Profiles.Open(ctx, c.tenant)
	if err != nil {
		return nil, err
	}
	return a.list(ctx, c, a.profileSet, profileSet{v})
}

func (a *API) profileCount(ctx context.Context, c *call) (*answer, error) {
	v, err := a.Profiles.Open(ctx, c.tenant)
	if err != nil {
		return nil, err
	}
	return a.count(ctx, c, a.profileSet, profileSet{v})
}

func (a *API) profile(ctx context.Context, c *call) (*answer, error) {
	p, err := a.findProfile(ctx, c)
	if err != nil {
		return nil, err
	}
	return a.one(c, a.profileSet, p, profileTag(c, p))
}

func (a *API) findProfile(ctx context.Context, c *call) (*profile.Profile, error) {
	v, err := a.Profiles.Open(ctx, c.tenant)
	if err != nil {
		return nil, err
	}
	p, ok := v.Find(c.key)
	if !ok {
		return nil, noSuch()
	}
	return p, nil
}

// profileTag begins with what people decide, which is what If-Match is about:
// a profile whose rank has moved meanwhile is still the one that was looked at.
func profileTag(c *call, p *profile.Profile) string {
	whole := strings.TrimSuffix(strings.TrimPrefix(entityTag(c, p.Tag), `W/"`), `"`)
	return `W/"` + p.State + "." + whole + `"`
}

// stateInTag is the part of an entity tag that profileTag began with.
func stateInTag(tag string) string {
	tag = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(tag, "W/"), `"`), `"`)
	state, _, _ := strings.Cut(tag, ".")
	return state
}
