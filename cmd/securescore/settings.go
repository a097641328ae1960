// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"
)

// settle gives each flag that the command line leaves open its value from the
// environment (SECURESCORE_FAIL_UNDER for --fail-under), then from the
// configuration file. Every fault is reported at once.
func settle(cmd *cobra.Command, e *env) error {
	fromFile, path, err := configFile(cmd, e)
	if err != nil {
		return err
	}
	var faults []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed || f.Name == "help" || f.Name == "config" {
			return
		}
		value, ok := e.lookup(variable(f.Name))
		origin := variable(f.Name)
		if !ok {
			value, ok = fromFile[f.Name]
			origin = path + ": " + f.Name
		}
		if !ok {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", origin, err))
		}
	})
	faults = append(faults, unknownKeys(cmd.Root(), fromFile, path)...)
	if len(faults) > 0 {
		return &usageError{errors.Join(faults...)}
	}
	return nil
}

func variable(flag string) string {
	return "SECURESCORE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// configFile reads the file that --config or SECURESCORE_CONFIG names.
func configFile(cmd *cobra.Command, e *env) (values map[string]string, path string, err error) {
	path, _ = cmd.Flags().GetString("config") // declared on the root
	if path == "" {
		path, _ = e.lookup(variable("config"))
	}
	if path == "" {
		return nil, "", nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, path, usagef("configuration: %w", err)
	}
	var raw map[string]any
	if err := yaml.Load(data, &raw); err != nil {
		return nil, path, usagef("configuration %s: %w", path, err)
	}
	values = make(map[string]string, len(raw))
	for key, v := range raw {
		switch v := v.(type) {
		case string, bool, int, int64, float64:
			values[key] = fmt.Sprint(v)
		default:
			return nil, path, usagef("configuration %s: %s: want one value", path, key)
		}
	}
	return values, path, nil
}

// unknownKeys finds keys of the file that no command has a flag for: a
// misspelt key would otherwise do nothing, silently.
func unknownKeys(root *cobra.Command, values map[string]string, path string) []error {
	known := flagNames(root)
	var faults []error
	for key := range values {
		if !slices.Contains(known, key) {
			faults = append(faults, fmt.Errorf("%s: there is no setting %q; there are: %s", path, key, strings.Join(known, ", ")))
		}
	}
	return faults
}

func flagNames(root *cobra.Command) []string {
	var names []string
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && f.Name != "config" && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	slices.Sort(names)
	return names
}
