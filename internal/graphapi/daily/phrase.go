// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
)

// phrase is what a catalogue says of one control, escaped once.
type phrase struct {
	id       posture.ControlID
	name     string           // the id in valid UTF-8
	category posture.Category // empty when the catalogue does not have the control
	control  *catalog.Control // nil likewise
	spec     *entity.KindSpec // nil likewise
	// head is the JSON of a control score up to its points.
	head []byte
	// plain says that the words of the kind need no escaping.
	plain bool
}

// lexicon are the phrases of a catalogue.
type lexicon struct {
	version string
	phrases map[posture.ControlID]*phrase
}

func newLexicon(c *catalog.Catalog) *lexicon {
	lex := &lexicon{version: c.Version, phrases: make(map[posture.ControlID]*phrase, len(c.Controls))}
	for _, control := range c.Controls {
		p := &phrase{id: control.ID, name: valid(string(control.ID)), category: control.Category, control: control}
		if spec, ok := c.Schema.Kind(control.Check.Entity); ok {
			p.spec = spec
			p.plain = plain(spec.Singular) && plain(spec.Plural)
		}
		p.head = p.appendHead(nil)
		lex.phrases[control.ID] = p
	}
	return lex
}

// phrase returns that of a control; one that the catalogue does not have any
// more has neither category nor description.
func (lex *lexicon) phrase(id posture.ControlID) *phrase {
	if p, ok := lex.phrases[id]; ok {
		return p
	}
	p := &phrase{id: id, name: valid(string(id)), plain: true} // "entity" and "entities" are
	p.head = p.appendHead(nil)
	return p
}

func (p *phrase) appendHead(dst []byte) []byte {
	dst = append(dst, `{"controlCategory":`...)
	if p.category == "" {
		dst = append(dst, `null`...)
	} else {
		dst = appendString(dst, string(p.category))
	}
	dst = appendString(append(dst, `,"controlName":`...), p.name)
	dst = appendString(append(dst, `,"description":`...), p.description())
	return append(dst, `,"score":`...)
}

func (p *phrase) description() string {
	if p.control == nil {
		return ""
	}
	return valid(p.control.Description)
}

// counted reports whether each entity has its share of the points. Of a control
// that is gone nobody knows; its counts are told.
func (p *phrase) counted() bool {
	return p.control == nil || p.control.Scoring == catalog.Proportional
}

// device reports whether the control is about devices, which have members of
// their own.
func (p *phrase) device() bool { return p.category == posture.Device }

// appendWords appends what the counts say, not escaped.
func (p *phrase) appendWords(dst []byte, n posture.Counts) []byte {
	if p.spec == nil {
		return assess.AppendCounts(dst, &catalog.Control{Check: catalog.Check{Require: catalog.All}}, &entity.KindSpec{Singular: "entity", Plural: "entities"}, n)
	}
	return assess.AppendCounts(dst, p.control, p.spec, n)
}
