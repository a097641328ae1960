// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/postgres"
	"securescore/internal/store/sqlite"
	"securescore/internal/store/transfer"
)

// The engines, as outputs and backups name them.
const (
	engineSQLite     = "sqlite"
	enginePostgreSQL = "postgresql"
)

// reading opens a picture of an installation for fn.
func reading(ctx context.Context, at storage, fn func(from transfer.Source, engine string) error) error {
	if at.database == "" {
		from, err := sqlite.OpenSnapshot(ctx, at.folder)
		if err != nil {
			return err
		}
		return errors.Join(fn(from, engineSQLite), from.Close())
	}
	from, err := postgres.OpenSnapshot(ctx, at.database)
	if err != nil {
		return err
	}
	return errors.Join(fn(from, enginePostgreSQL), from.Close(ctx))
}

// proof is what must hold of what was written before it is final.
type proof struct {
	// moved looks at what went over.
	moved func(*transfer.Summary) error
	// written looks at what is there now.
	written func(context.Context, transfer.Source) error
}

// filling builds an installation where nothing is yet, reads it back, and
// verifies every chain in it. It is there when all of that went well, else
// nothing is.
func (e *env) filling(ctx context.Context, from transfer.Source, at storage, p proof) error {
	if at.database == "" {
		return e.fillingFolder(ctx, from, at.folder, p)
	}
	to, err := postgres.OpenArrival(ctx, at.database, e.now)
	if err != nil {
		return err
	}
	defer to.Close()
	_, err = transfer.Move(ctx, from, to, func(moved *transfer.Summary) error {
		if err := p.moved(moved); err != nil {
			return err
		}
		if err := p.equal(ctx, to, moved); err != nil {
			return err
		}
		s, err := to.Store()
		if err != nil {
			return err
		}
		return errors.Join(e.verify(ctx, s, "", &keptHeads{}), s.Close())
	})
	return err
}

func (e *env) fillingFolder(ctx context.Context, from transfer.Source, folder string, p proof) (err error) {
	to, err := sqlite.Stage(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Discard()) }()
	moved, err := transfer.Move(ctx, from, to, p.moved)
	if err != nil {
		return err
	}
	written, err := sqlite.OpenSnapshot(ctx, to.Folder())
	if err != nil {
		return err
	}
	if err := errors.Join(p.equal(ctx, written, moved), written.Close()); err != nil {
		return err
	}
	err = e.withStore(ctx, storage{folder: to.Folder()}, func(ctx context.Context, s store.Store) error {
		return e.verify(ctx, s, "", &keptHeads{})
	})
	if err != nil {
		return err
	}
	return to.Publish()
}

// equal reads back what was written and compares it with what was moved.
func (p *proof) equal(ctx context.Context, written transfer.Source, moved *transfer.Summary) error {
	got, err := transfer.Summarise(ctx, written)
	if err != nil {
		return err
	}
	if err := transfer.Differ(moved, got); err != nil {
		return err
	}
	return p.written(ctx, written)
}

// name is how a storage is called in what is printed.
func (at storage) name() (string, error) {
	if at.database == "" {
		return at.folder, nil
	}
	config, err := postgres.Parse(at.database)
	if err != nil {
		return "", err
	}
	return postgres.Place(config), nil
}

// tooOld refuses a backup of a schema that a program does not fill.
func tooOld(file string, h *transfer.Header, keeps int64) error {
	return &posture.InputError{
		File: file, Offset: -1,
		Cause:  fmt.Errorf("was made under schema %d, and this program keeps schema %d", h.Schema, keeps),
		Advice: fmt.Sprintf("restore it with version %s of this program, and upgrade the result", h.Program),
	}
}
