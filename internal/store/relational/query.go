// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

// Dialect is an engine's way of writing SQL.
type Dialect string

// The dialects, as they stand behind the name of a query that the other engine
// has in another text.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgres"
)

// mark begins a query in an .sql file; its name follows on the same line, and
// in parentheses the dialect when the text is not for both.
const mark = "-- name: "

// Queries returns the text of every query of a dialect by its name. Parameters
// are question marks.
func Queries(d Dialect) (map[string]string, error) {
	files, err := sqlFiles.ReadDir("sql")
	if err != nil {
		return nil, fmt.Errorf("read queries: %w", err)
	}
	queries, other := make(map[string]string), make(map[string]bool)
	for _, f := range files {
		text, err := sqlFiles.ReadFile("sql/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read queries: %w", err)
		}
		for _, part := range strings.Split(string(text), mark)[1:] {
			line, query, _ := strings.Cut(part, "\n")
			name, of, only := strings.Cut(line, " (")
			if only && of != string(d)+")" {
				other[name] = true
				continue
			}
			if _, twice := queries[name]; twice {
				return nil, fmt.Errorf("read queries: %s: %s is there twice", f.Name(), name)
			}
			queries[name] = strings.TrimSpace(query)
		}
	}
	for name := range other {
		if queries[name] == "" {
			return nil, fmt.Errorf("read queries: %s has no text for %s", name, d)
		}
	}
	return queries, nil
}

// Conditioned puts a condition into the text of a query, before its order.
func Conditioned(text, condition string) string {
	end := strings.LastIndex(text, "ORDER BY")
	return text[:end] + "AND " + condition + " " + text[end:]
}

// Numbered turns question marks into $1, $2 and so on.
func Numbered(text string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(text, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		text = after
	}
}
