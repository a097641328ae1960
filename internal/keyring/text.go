// SPDX-License-Identifier: Apache-2.0

package keyring

import (
	"bytes"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"securescore/internal/posture"
)

// version is that of the form of the text.
const version = 1

// document is the text of a ring: Tink's JSON key sets, side by side.
type document struct {
	Version int            `json:"securescore"`
	Made    []time.Time    `json:"made"` // by generation
	Seal    jsontext.Value `json:"seal"`
	Derive  jsontext.Value `json:"derive"`
	Sign    jsontext.Value `json:"sign"`
}

func (d *document) sets() [purpose]*jsontext.Value {
	return [purpose]*jsontext.Value{seal: &d.Seal, derive: &d.Derive, sign: &d.Sign}
}

// Text writes the keys down, in the clear.
func (r *Ring) Text() ([]byte, error) {
	d := document{Version: version}
	for _, g := range r.generations {
		d.Made = append(d.Made, g.Made)
	}
	for i, set := range d.sets() {
		var text bytes.Buffer
		if err := insecurecleartextkeyset.Write(r.sets[i], keyset.NewJSONWriter(&text)); err != nil {
			return nil, fmt.Errorf("write keys: %w", err)
		}
		*set = text.Bytes()
	}
	text, err := json.Marshal(d, jsontext.WithIndent("  "))
	if err != nil {
		return nil, fmt.Errorf("write keys: %w", err)
	}
	return append(text, '\n'), nil
}

// Parse reads what Text wrote. The error wraps posture.ErrInvalid and holds
// nothing of the text.
func Parse(text []byte) (*Ring, error) {
	var d document
	if err := json.Unmarshal(text, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("read keys: %w: not the JSON of a key file of this program", posture.ErrInvalid)
	}
	switch {
	case d.Version != version:
		return nil, fmt.Errorf("read keys: %w: it has the form %d, this program knows %d", posture.ErrInvalid, d.Version, version)
	case len(d.Made) == 0:
		return nil, fmt.Errorf("read keys: %w: %w", posture.ErrInvalid, errNoKeys)
	}
	var sets [purpose]*keyset.Handle
	for i, set := range d.sets() {
		var err error
		if sets[i], err = insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(*set))); err != nil {
			return nil, fmt.Errorf("read keys: %w: a key set in it cannot be read", posture.ErrInvalid)
		}
	}
	r, err := newRing(sets, d.Made)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return r, nil
}
