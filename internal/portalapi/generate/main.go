// SPDX-License-Identifier: Apache-2.0

// Command generate writes the OpenAPI document of the portal's API to where the
// portal takes its types from. go generate runs it in internal/portalapi.
package main

import (
	"fmt"
	"os"

	"securescore/internal/portalapi"
)

const target = "../../web/src/api/openapi.json"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	document, err := portalapi.New(portalapi.Config{}).OpenAPI()
	if err != nil {
		return err
	}
	return os.WriteFile(target, document, 0o600)
}
