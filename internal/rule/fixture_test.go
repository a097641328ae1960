// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"testing"
	"time"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// schema is a small one with every type of field.
func schema(tb testing.TB) *entity.Schema {
	tb.Helper()
	s, err := entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{
		{
			Kind: "user", Singular: "user", Plural: "users",
			Fields: []entity.Field{
				{Name: "enabled", Type: entity.Bool},
				{Name: "type", Type: entity.String},
				{Name: "name", Type: entity.String},
				{Name: "failures", Type: entity.Int},
				{Name: "session", Type: entity.Seconds},
				{Name: "created", Type: entity.Time},
				{Name: "lastSignIn", Type: entity.Time},
				{Name: "roles", Type: entity.Strings},
				{Name: "mfa.registered", Type: entity.Bool},
				{Name: "mfa.methods", Type: entity.Strings},
			},
		},
		{Kind: "device", Singular: "device", Plural: "devices", Fields: []entity.Field{{Name: "managed", Type: entity.Bool}}},
		{
			Kind: "tenant", Singular: "organisation", Plural: "organisations",
			Fields: []entity.Field{{Name: "domains", Type: entity.Strings}, {Name: "users", Type: entity.Int}},
		},
		{
			Kind: "settings", Singular: "setting", Plural: "settings", Singleton: true,
			Fields: []entity.Field{
				{Name: "strict", Type: entity.Bool},
				{Name: "invites", Type: entity.String},
				{Name: "blocked", Type: entity.Strings},
				{Name: "changed", Type: entity.Time},
				{Name: "limit", Type: entity.Int},
			},
		},
	}})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// model has empty tables that were all collected.
func model(s *entity.Schema) *entity.Model {
	m := entity.Build(s, &posture.Evidence{At: now}, nil)
	for _, kind := range s.Kinds() {
		m.Table(kind).Missing = posture.Reason{}
	}
	return m
}

func environment(tb testing.TB, s *entity.Schema) *rule.Env {
	tb.Helper()
	e, err := rule.NewEnv(s)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func compile(tb testing.TB, e *rule.Env, src rule.Source) *rule.Program {
	tb.Helper()
	p, err := e.Compile(src)
	if err != nil {
		tb.Fatalf("compile %+v: %v", src, err)
	}
	return p
}

// where and with are rules over users.
func where(scope, pass string) rule.Source { return with(nil, scope, pass) }

func with(params map[string]any, scope, pass string) rule.Source {
	return rule.Source{Entity: "user", Where: scope, Pass: pass, Params: params}
}
