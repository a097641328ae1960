// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"strings"
)

// Kind names a format of files, such as "scubagear".
type Kind string

// Format is one kind of file that can be read.
type Format struct {
	Kind Kind
	// Title names the format for people, as in "a ScubaGear settings export".
	Title string
	// Recognise reports whether the text is of this format. It must be cheap
	// and must not panic on anything.
	Recognise func(text []byte) bool
}

// Registry is the list of formats that the command knows.
type Registry struct{ formats []Format }

// NewRegistry returns a registry of the formats, which are tried in order.
func NewRegistry(formats ...Format) *Registry { return &Registry{formats} }

// File is a file whose format is known.
type File struct {
	Path string
	Kind Kind
	Data []byte // as it stands in the file
}

// Open reads a file and finds out what it is. The errors are those of Read
// and Decode, and a *posture.InputError that lists the formats when none fits.
func (r *Registry) Open(path string, limits Limits) (*File, error) {
	data, err := Read(path, limits)
	if err != nil {
		return nil, err
	}
	kind, err := r.Detect(path, data)
	if err != nil {
		return nil, err
	}
	return &File{Path: path, Kind: kind, Data: data}, nil
}

// Detect says of what format the content of a file is.
func (r *Registry) Detect(path string, data []byte) (Kind, error) {
	text, err := Decode(path, data)
	if err != nil {
		return "", err
	}
	titles := make([]string, len(r.formats))
	for i, f := range r.formats {
		if f.Recognise(text.Bytes) {
			return f.Kind, nil
		}
		titles[i] = f.Title
	}
	return "", fault(path, "check that it is the right file", fmt.Errorf("is none of the files that can be read: %s", strings.Join(titles, ", ")))
}
