// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"log/slog"

	"securescore/internal/httpserver"
	"securescore/internal/store"
)

// health says whether requests may be sent to this process.
func (e *env) health(s store.Store, log *slog.Logger) *httpserver.Health {
	return httpserver.NewHealth(httpserver.HealthConfig{
		Checks: []httpserver.Check{{Name: "storage", Test: func(ctx context.Context) (string, error) {
			err := store.Ready(ctx, s)
			return whyNot(err), err
		}}},
		Now: e.now, Log: log,
	})
}

// whyNot says in words for everybody why a storage is not ready: the error
// itself may name files and machines.
func whyNot(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, store.ErrSchema):
		return "the storage has another schema than this build needs"
	case errors.Is(err, context.DeadlineExceeded):
		return "the storage does not answer in time"
	}
	return "the storage does not answer"
}
