// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"

	"securescore/internal/posture"
	"securescore/internal/source"
	"securescore/internal/source/microsoftscore"
	"securescore/internal/source/scubagear"
)

var (
	errOtherOrganisation = errors.New("is of another organisation")
	errNoConfiguration   = errors.New("holds Microsoft's own score and no configuration")
)

// formats are the kinds of files that can be read.
func formats() *source.Registry {
	return source.NewRegistry(scubagear.Format(), microsoftscore.Format())
}

// readEvidence reads files of one organisation as one evidence. Every file
// that cannot be read is reported.
func readEvidence(paths []string) (*posture.Evidence, error) {
	var all *posture.Evidence
	var faults []error
	for _, path := range paths {
		e, err := readFile(path)
		if err == nil && all != nil {
			err = join(all, e, path)
		}
		switch {
		case err != nil:
			faults = append(faults, err)
		case all == nil:
			all = e
		}
	}
	return all, errors.Join(faults...)
}

func readFile(path string) (*posture.Evidence, error) {
	f, err := formats().Open(path, source.DefaultLimits())
	if err != nil {
		return nil, err
	}
	if f.Kind == microsoftscore.Kind {
		return nil, &posture.InputError{
			File: path, Offset: -1, Cause: errNoConfiguration,
			Advice: "keep it with 'securescore import microsoftscore'; assess wants a settings export",
		}
	}
	return scubagear.Read(f.Path, f.Data)
}

// join adds the data sets of another file of the same organisation. Of one
// data set the newer reading counts, and one that was read counts more than
// one that was not.
func join(all, e *posture.Evidence, path string) error {
	if all.Organisation != e.Organisation {
		return &posture.InputError{
			File: path, Offset: -1, Advice: "assess one organisation at a time",
			Cause: fmt.Errorf("%w (%s) than the files before it (%s)", errOtherOrganisation, e.Organisation, all.Organisation),
		}
	}
	for name, set := range e.Sets {
		have, ok := all.Sets[name]
		if !ok || (set.Collected() && (!have.Collected() || set.FetchedAt.After(have.FetchedAt))) {
			all.Sets[name] = set
		}
	}
	if e.At.After(all.At) {
		all.At = e.At
	}
	return nil
}
