// SPDX-License-Identifier: Apache-2.0

// Package web holds the files of the portal. They are built from src by npm;
// without a build only a page is here that says so.
package web

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built portal, with index.html at its root, or
// placeholder.html when it was not built.
func Files() (fs.FS, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open the portal's files: %w", err)
	}
	return files, nil
}
