// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrNotObject marks a file whose JSON is not one object.
var ErrNotObject = errors.New("want one JSON object")

// MemberError names the member whose value cannot be read.
type MemberError struct {
	Name string
	Err  error
}

func (e *MemberError) Error() string { return e.Name + ": " + e.Err.Error() }

// Unwrap gives the fault of the value.
func (e *MemberError) Unwrap() error { return e.Err }

// Members calls visit for each member of a JSON object in its order, with the
// place in text where its value starts. The value is a part of text and is not
// copied. Only the outline is checked here: values may hold duplicate names
// and bytes that are no UTF-8, and names may come twice. It stops at the first
// error and returns it; visit may return ErrStop to end early without one.
func Members(text []byte, visit func(name string, value jsontext.Value, at int64) error) error {
	in := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	tok, err := in.ReadToken()
	if err != nil {
		return err
	}
	if tok.Kind() != jsontext.KindBeginObject {
		return ErrNotObject
	}
	for in.PeekKind() != jsontext.KindEndObject {
		tok, err := in.ReadToken()
		if err != nil {
			return err
		}
		name := tok.String()
		value, err := in.ReadValue()
		if err != nil {
			return &MemberError{name, err}
		}
		end := in.InputOffset()
		at := end - int64(len(value))
		if err := visit(name, text[at:end:end], at); err != nil {
			if errors.Is(err, ErrStop) {
				return nil
			}
			return err
		}
	}
	if _, err := in.ReadToken(); err != nil {
		return err
	}
	return rest(in)
}

// ErrStop ends a walk over members early and without an error.
var ErrStop = errors.New("stop")

// ErrRest marks a file that goes on after the end of its JSON value.
var ErrRest = errors.New("there is more text after the end of the JSON value")

func rest(in *jsontext.Decoder) error {
	if in.PeekKind() == 0 {
		_, err := in.ReadToken()
		if _, bad := errors.AsType[*jsontext.SyntacticError](err); !bad {
			return nil // the end of the text
		}
	}
	return &jsontext.SyntacticError{ByteOffset: in.InputOffset(), Err: ErrRest}
}

// Items calls visit for each item of a JSON list, with the place in text where
// it starts. A value that is no list is a list of one, because PowerShell
// collapses such lists. Otherwise it is as Members.
func Items(text []byte, visit func(item jsontext.Value, at int64) error) error {
	in := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	list := in.PeekKind() == jsontext.KindBeginArray
	if list {
		if _, err := in.ReadToken(); err != nil {
			return err
		}
	}
	for in.PeekKind() != jsontext.KindEndArray {
		item, err := in.ReadValue()
		if err != nil {
			return err
		}
		end := in.InputOffset()
		at := end - int64(len(item))
		if err := visit(text[at:end:end], at); errors.Is(err, ErrStop) {
			return nil
		} else if err != nil {
			return err
		}
		if !list {
			return rest(in)
		}
	}
	if _, err := in.ReadToken(); err != nil {
		return err
	}
	return rest(in)
}
