// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"reflect"
	"testing"

	"securescore/internal/access/session"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// maxMethods is the size at which an interface is split.
const maxMethods = 7

// parts calls visit for every interface in the fields of a struct.
func parts(t *testing.T, of reflect.Type, visit func(reflect.Type)) {
	t.Helper()
	if of.NumField() == 0 {
		t.Fatalf("%s has no parts", of)
	}
	for field := range of.Fields() {
		visit(field.Type)
	}
}

// design 7: methods that cross tenants are in Across and nowhere else; all
// others name their tenant right after the context.
func TestEveryMethodNamesItsTenant(t *testing.T) {
	t.Parallel()
	ctx, tenant := reflect.TypeFor[context.Context](), reflect.TypeFor[posture.TenantID]()
	for _, of := range []reflect.Type{reflect.TypeFor[store.Reader](), reflect.TypeFor[store.Writer]()} {
		parts(t, of, func(part reflect.Type) {
			for m := range part.Methods() {
				if m.Type.NumIn() < 2 || m.Type.In(0) != ctx || m.Type.In(1) != tenant {
					t.Errorf("%s.%s: want context and tenant as the first two parameters", part, m.Name)
				}
			}
		})
	}
	for _, of := range []reflect.Type{reflect.TypeFor[store.Across](), reflect.TypeFor[store.Registry]()} {
		parts(t, of, func(part reflect.Type) {
			for m := range part.Methods() {
				if m.Type.NumIn() == 0 || m.Type.In(0) != ctx {
					t.Errorf("%s.%s: want a context as the first parameter", part, m.Name)
				}
			}
		})
	}
}

func TestInterfacesStaySmall(t *testing.T) {
	t.Parallel()
	for _, of := range []reflect.Type{reflect.TypeFor[store.Reader](), reflect.TypeFor[store.Writer](), reflect.TypeFor[store.Across]()} {
		parts(t, of, func(part reflect.Type) {
			if n := part.NumMethod(); n == 0 || n > maxMethods {
				t.Errorf("%s has %d methods, want 1 to %d", part, n, maxMethods)
			}
		})
	}
	if n := reflect.TypeFor[store.Store]().NumMethod(); n > maxMethods {
		t.Errorf("store.Store has %d methods, want at most %d", n, maxMethods)
	}
}

// A store serves package session without anything in between.
var (
	_ session.SignIns  = store.SignIns(nil)
	_ session.Sessions = store.Sessions(nil)
)
