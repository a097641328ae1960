// SPDX-License-Identifier: Apache-2.0

package profile

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// names are the properties of a profile in the order of Schema.
var names = func() []string {
	schema := Schema()
	list := make([]string, len(schema.Properties))
	for i := range list {
		list[i] = schema.Properties[i].Name
	}
	return list
}()

// write renders all properties once: a list is made of what is here.
func (p *Profile) write() {
	p.starts = make([]int, 0, len(names)+1)
	for _, name := range names {
		p.starts = append(p.starts, len(p.json))
		p.json = append(append(append(p.json, ',', '"'), name...), '"', ':')
		p.json = p.appendValue(p.json, name)
	}
	p.starts = append(p.starts, len(p.json))
}

// AppendJSON appends the profile as an object of the selected properties, or
// of all when selected is nil.
func (p *Profile) AppendJSON(dst []byte, selected []string) []byte {
	dst = append(dst, '{')
	start := len(dst)
	if selected == nil {
		dst = append(dst, p.json...)
	} else {
		for i, name := range names {
			if slices.Contains(selected, name) {
				dst = append(dst, p.json[p.starts[i]:p.starts[i+1]]...)
			}
		}
	}
	if len(dst) > start {
		dst = append(dst[:start], dst[start+1:]...) // the first comma
	}
	return append(dst, '}')
}

func (p *Profile) appendValue(dst []byte, name string) []byte {
	switch c := p.control; name {
	case "deprecated":
		return append(dst, "false"...)
	case "lastModifiedDateTime":
		return append(dst, "null"...)
	case "maxScore":
		return append(dst, c.Max.Decimal()...)
	case "rank":
		return strconv.AppendInt(dst, int64(p.rank), 10)
	case "threats":
		dst = append(dst, '[')
		for i, threat := range p.threats {
			dst = quote(comma(dst, i), threat)
		}
		return append(dst, ']')
	case "vendorInformation":
		return append(dst, `{"provider":"`+Provider+`","providerVersion":null,"subProvider":null,"vendor":"`+Vendor+`"}`...)
	case "complianceInformation":
		return append(dst, "[]"...) // as in every real answer
	case "controlStateUpdates":
		return appendUpdates(dst, p.updates)
	}
	if v := p.Value(name); v != text("") {
		return quote(dst, v.Text())
	}
	return append(dst, "null"...)
}

func appendUpdates(dst []byte, updates []update) []byte {
	dst = append(dst, '[')
	for i := range updates {
		u := &updates[i]
		dst = append(comma(dst, i), `{"assignedTo":`...)
		dst = orNull(dst, u.assignedTo)
		dst = orNull(append(dst, `,"comment":`...), u.comment)
		dst = quote(append(dst, `,"state":`...), u.state)
		dst = orNull(append(dst, `,"updatedBy":`...), u.by)
		dst = append(dst, `,"updatedDateTime":`...)
		if u.at.IsZero() {
			dst = append(dst, "null}"...)
			continue
		}
		dst = append(u.at.UTC().AppendFormat(append(dst, '"'), time.RFC3339Nano), '"', '}')
	}
	return append(dst, ']')
}

func comma(dst []byte, i int) []byte {
	if i > 0 {
		return append(dst, ',')
	}
	return dst
}

func orNull(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, "null"...)
	}
	return quote(dst, s)
}

// quote appends a JSON string. What is not UTF-8 becomes the replacement
// character.
func quote(dst []byte, s string) []byte {
	quoted, err := jsontext.AppendQuote(dst, s)
	if err != nil {
		return quote(dst, string([]rune(s)))
	}
	return quoted
}

// stateTag names a history of decisions.
func stateTag(updates []update) string { return digest(appendUpdates(nil, updates)) }

// digest is short and fits between the quotes of an entity tag.
func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
