// SPDX-License-Identifier: Apache-2.0

// Package catalog loads, checks and versions the controls. A control is one
// YAML file; the same loader reads the built-in folder and an organisation's
// own, and reports every fault of all files at once with file and line.
//
// It evaluates nothing: a loaded control holds its compiled rule, and package
// assess applies it.
package catalog
