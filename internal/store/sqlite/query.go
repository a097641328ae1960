// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

//go:embed migrations/*.sql
var migrationFiles embed.FS

// mark begins a query in an .sql file; its name follows on the same line.
const mark = "-- name: "

// readQueries returns the text of every query in the .sql files by its name.
func readQueries() (map[string]string, error) {
	files, err := sqlFiles.ReadDir("sql")
	if err != nil {
		return nil, fmt.Errorf("read queries: %w", err)
	}
	queries := make(map[string]string)
	for _, f := range files {
		text, err := sqlFiles.ReadFile("sql/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read queries: %w", err)
		}
		for _, part := range strings.Split(string(text), mark)[1:] {
			name, query, _ := strings.Cut(part, "\n")
			if _, twice := queries[name]; twice {
				return nil, fmt.Errorf("read queries: %s: %s is there twice", f.Name(), name)
			}
			queries[name] = strings.TrimSpace(query)
		}
	}
	return queries, nil
}
