// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"securescore/internal/posture"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitBelow  = 3
)

// env is everything that a command takes from its surroundings, so that a test
// can hand in its own.
type env struct {
	in       io.Reader
	out, err io.Writer
	lookup   func(name string) (string, bool)
	now      func() time.Time
}

// usageError is a command line that asks for something that is not there.
type usageError struct{ cause error }

func (e *usageError) Error() string { return e.cause.Error() }
func (e *usageError) Unwrap() error { return e.cause }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// belowError is a score or a coverage below what the command line asks for.
type belowError struct{ text string }

func (e *belowError) Error() string { return e.text }

// run executes one command line and returns its exit code. What went wrong
// stands in one place on standard error, without control characters.
func run(ctx context.Context, e *env, args []string) int {
	root := newRoot(e) //nolint:contextcheck // commands use the context that cobra hands them
	root.SetArgs(args)
	root.SetIn(e.in)
	root.SetOut(e.out)
	root.SetErr(e.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		e.complain("securescore: " + posture.Printable(line))
	}
	var usage *usageError
	var below *belowError
	switch {
	case errors.As(err, &below):
		return exitBelow
	case errors.As(err, &usage):
		e.complain("run 'securescore help' to see what there is")
		return exitUsage
	}
	return exitFailed
}

// complain writes a line to standard error. Where that fails there is nowhere
// left to say so.
func (e *env) complain(line string) { _, _ = io.WriteString(e.err, line+"\n") }

func newRoot(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:           "securescore",
		Short:         "Score how a Microsoft 365 organisation is configured, and explain every point",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().String("config", "", "YAML file with values for flags, by their names")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := e.allowed(cmd); err != nil {
			return err
		}
		return settle(cmd, e)
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		assessCommand(e), auditCommand(e), backupCommand(e), catalogCommand(e), headsCommand(e), importCommand(e), keyCommand(e), migrateCommand(e), personCommand(e), restoreCommand(e), scoreCommand(e), serveCommand(e),
		signInCommand(e), tenantCommand(e), tokenCommand(e), verifyCommand(e), versionCommand(e), workCommand(e),
		copyCommand(e),
	)
	return root
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		return usagef("%s: there is no command %q%s", cmd.CommandPath(), args[0], suggestion(cmd, args[0]))
	}
	return usagef("%s takes no arguments, got %q", cmd.CommandPath(), args[0])
}

func suggestion(cmd *cobra.Command, word string) string {
	near := cmd.SuggestionsFor(word)
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(near, " or ") + "?"
}

// exactly wants a number of arguments, named for the message.
func exactly(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usagef("%s wants %s, got %d arguments", cmd.CommandPath(), strings.Join(names, " "), len(args))
		}
		return nil
	}
}

func versionCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version of the program and of its catalogue", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := builtIn()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(e.out, "securescore %s\ncatalogue %s, %d controls\n", version, c.Version, len(c.Controls))
			return err
		},
	}
}
