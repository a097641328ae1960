// SPDX-License-Identifier: Apache-2.0

// Package controls holds the built-in catalogue: one folder a product, one
// YAML file a control.
package controls

import "embed"

// Files is the catalogue as files.
//
//go:embed */*.yaml
var Files embed.FS
