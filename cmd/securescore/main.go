// SPDX-License-Identifier: Apache-2.0

// Command securescore scores how a Microsoft 365 organisation is configured.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// version is set when the binary is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) //nolint:forbidigo // the entry point makes the context
	context.AfterFunc(ctx, stop)                                                           // a second signal ends the process at once
	code := run(ctx, terminal(), os.Args[1:])
	stop()
	os.Exit(code)
}

// terminal is the process's own surroundings.
func terminal() *env {
	return &env{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		lookup: os.LookupEnv,
		now:    time.Now, //nolint:forbidigo // the one clock, handed out as a value
	}
}
