// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"fmt"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// generator writes random expressions that are well typed over the schema of
// the fixture.
type generator struct {
	t     *rapid.T
	loops []string
}

func (g *generator) one(of ...string) string { return rapid.SampledFrom(of).Draw(g.t, "one") }

func (g *generator) n(most int) int { return rapid.IntRange(0, most).Draw(g.t, "n") }

// inLoop reports whether the expression stands in the condition of a loop,
// where the entity cannot be read.
func (g *generator) inLoop() bool { return len(g.loops) > 0 }

func (g *generator) truth(depth int) string {
	if depth == 0 {
		return g.flag()
	}
	switch g.n(16) {
	case 0, 1, 2:
		return fmt.Sprintf("(%s && %s)", g.truth(depth-1), g.truth(depth-1))
	case 3, 4, 5:
		return fmt.Sprintf("(%s || %s)", g.truth(depth-1), g.truth(depth-1))
	case 6:
		return "!(" + g.truth(depth-1) + ")"
	case 7:
		return fmt.Sprintf("(%s ? %s : %s)", g.truth(depth-1), g.truth(depth-1), g.truth(depth-1))
	case 8:
		return fmt.Sprintf("(%s %s %s)", g.truth(depth-1), g.one("==", "!="), g.truth(depth-1))
	case 9, 10:
		return g.comparison(depth - 1)
	case 11:
		return fmt.Sprintf("(%s in %s)", g.text(depth-1), g.list())
	case 12:
		return fmt.Sprintf("(%s in [%s])", g.number(depth-1), g.one("1, 2, 3", "-1", "", "3, 3"))
	case 13, 14:
		return g.loop(depth - 1)
	case 15:
		return fmt.Sprintf("%s.%s(%s)", g.text(depth-1), g.one("startsWith", "endsWith", "contains"), g.text(depth-1))
	}
	return fmt.Sprintf("%s.matches(%s)", g.text(depth-1), g.one(`"^a"`, `"x$"`, `"(?i)b"`, `""`))
}

func (g *generator) flag() string {
	if g.inLoop() {
		return g.one("true", "false", "tenant.settings.strict", "params.flag", "("+g.one(g.loops...)+` == "a")`)
	}
	return g.one("true", "false", "user.enabled", "user.mfa.registered", "user.enabled", "user.mfa.registered", "tenant.settings.strict", "params.flag")
}

func (g *generator) comparison(depth int) string {
	op := g.one("==", "!=", "<", "<=", ">", ">=")
	switch g.n(4) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", g.number(depth), op, g.number(depth))
	case 1:
		return fmt.Sprintf("(%s %s %s)", g.time(depth), op, g.time(depth))
	case 2:
		return fmt.Sprintf("(%s %s %s)", g.duration(depth), op, g.duration(depth))
	}
	return fmt.Sprintf("(%s %s %s)", g.text(depth), op, g.text(depth))
}

func (g *generator) number(depth int) string {
	if depth > 0 {
		switch g.n(4) {
		case 0:
			return fmt.Sprintf("(%s %s %s)", g.number(depth-1), g.one("+", "-"), g.number(depth-1))
		case 1:
			return fmt.Sprintf("size(%s)", g.text(depth-1))
		case 2:
			return fmt.Sprintf("size(%s)", g.list())
		case 3:
			return fmt.Sprintf("(%s ? %s : %s)", g.truth(depth-1), g.number(depth-1), g.number(depth-1))
		}
	}
	fixed := []string{"0", "1", "3", "-1", "9223372036854775807", "tenant.users", "tenant.settings.limit", "params.number"}
	if !g.inLoop() {
		fixed = append(fixed, "user.failures", "user.session", "user.failures", "user.session")
	}
	return g.one(fixed...)
}

func (g *generator) time(depth int) string {
	if depth > 0 {
		switch g.n(4) {
		case 0:
			return fmt.Sprintf("(%s %s %s)", g.time(depth-1), g.one("+", "-"), g.duration(depth-1))
		case 1:
			return fmt.Sprintf("(%s + %s)", g.duration(depth-1), g.time(depth-1))
		case 2:
			return fmt.Sprintf("(%s ? %s : %s)", g.truth(depth-1), g.time(depth-1), g.time(depth-1))
		}
	}
	fixed := []string{"run.time", `timestamp("2025-12-16T12:00:00.123456Z")`, `timestamp("0001-01-01T00:00:00Z")`, "tenant.settings.changed"}
	if !g.inLoop() {
		fixed = append(fixed, "user.created", "user.lastSignIn", "user.created", "user.lastSignIn")
	}
	return g.one(fixed...)
}

func (g *generator) duration(depth int) string {
	if depth > 0 {
		switch g.n(3) {
		case 0, 1:
			return fmt.Sprintf("(%s - %s)", g.time(depth-1), g.time(depth-1))
		case 2:
			return fmt.Sprintf("(%s %s %s)", g.duration(depth-1), g.one("+", "-"), g.duration(depth-1))
		}
	}
	return g.one(`duration("720h")`, `duration("0s")`, `duration("-1h")`, `duration("2562047h47m16.854775s")`, `duration("-2562047h47m16.854775s")`, "duration(params.age)")
}

func (g *generator) text(depth int) string {
	if depth > 0 {
		switch g.n(5) {
		case 0:
			return g.text(depth-1) + ".lowerAscii()"
		case 1:
			return fmt.Sprintf("(%s ? %s : %s)", g.truth(depth-1), g.text(depth-1), g.text(depth-1))
		}
	}
	fixed := []string{`"a"`, `"B"`, `""`, `"émile"`, "tenant.settings.invites", "params.age"}
	if g.inLoop() {
		fixed = append(fixed, g.loops...)
		fixed = append(fixed, g.loops...)
	} else {
		fixed = append(fixed, "user.type", "user.name", "user.type", "user.name")
	}
	return g.one(fixed...)
}

func (g *generator) list() string {
	fixed := []string{`["a", "B"]`, "[]", "params.names", "tenant.domains", "tenant.settings.blocked"}
	if !g.inLoop() {
		fixed = append(fixed, "user.roles", "user.mfa.methods", "user.roles", "user.mfa.methods")
	}
	return g.one(fixed...)
}

func (g *generator) loop(depth int) string {
	if len(g.loops) == 2 {
		return g.flag()
	}
	list, name := g.list(), "x"+strconv.Itoa(len(g.loops))
	g.loops = append(g.loops, name)
	condition := g.truth(depth)
	g.loops = g.loops[:len(g.loops)-1]
	return fmt.Sprintf("%s.%s(%s, %s)", list, g.one("exists", "all", "exists_one"), name, condition)
}

// used keeps the params that an expression names: a rule must not have others.
func used(all map[string]any, expressions ...string) map[string]any {
	some := make(map[string]any)
	for name, value := range all {
		for _, e := range expressions {
			if strings.Contains(e, "params."+name) {
				some[name] = value
			}
		}
	}
	return some
}
