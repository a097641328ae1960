// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Query is what the query options of one request ask for, checked.
type Query struct {
	Filter    Expr     // nil is no filter
	OrderBy   []Order  // nil is the order of the resource
	Select    []string // canonical names; nil is all
	Top       *int     // size of a page, behind which there may be more; nil is the size of the resource
	Skip      *int     // rows to leave out before the first page
	SkipToken string   // as it came: ReadToken checks it
	Count     bool
}

// The options by their canonical names, and those that OData knows and this
// service does not.
var (
	optionNames = [...]string{"$filter", "$orderby", "$select", "$top", "$skip", "$skiptoken", "$count"}
	unsupported = [...]string{"$search", "$expand", "$apply", "$compute", "$format", "$deltatoken", "$schemaversion", "$levels", "$index"}
)

// Parse reads and checks the query string of a request, without its question
// mark. Names of options count in any letter case and, as OData 4.01 has it,
// with or without the dollar sign; an unknown name with a dollar sign is an
// error, without one it belongs to somebody else and is left alone. Errors are
// *SyntaxError.
func Parse(schema *Schema, rawQuery string) (*Query, error) {
	if len(rawQuery) > MaxQuery {
		message := fmt.Sprintf("the query has %d bytes; at most %d are read", len(rawQuery), MaxQuery)
		return nil, rawFault(rawQuery[:MaxQuery], MaxQuery, message)
	}
	options, err := split(rawQuery)
	if err != nil {
		return nil, err
	}
	q := new(Query)
	for _, o := range options {
		if err := q.set(schema, o); err != nil {
			return nil, err
		}
	}
	if q.SkipToken != "" && q.Skip != nil {
		return nil, fault("$skip", strconv.Itoa(*q.Skip), "a $skiptoken stands for its place already; leave $skip out")
	}
	return q, nil
}

// option is one option as it came, decoded, with its canonical name.
type option struct {
	name, text string
}

// fault is an error about an option as a whole.
func fault(name, text, message string) error {
	return &SyntaxError{Option: name, Text: text, Position: 1, Message: message}
}

// rawFault is an error in the query string before it is decoded.
func rawFault(raw string, offset int, message string) error {
	return &SyntaxError{Option: "query", Text: raw, Position: position(raw, offset), Message: message}
}

// split decodes the query string and keeps the options of OData.
func split(raw string) ([]option, error) {
	var options []option
	offset := 0
	for pair := range strings.SplitSeq(raw, "&") {
		at := offset
		offset += len(pair) + 1
		if i := badEscape(pair); i >= 0 {
			return nil, rawFault(raw, at+i, "found "+quote(pair[i:min(i+3, len(pair))])+", expected % and two hexadecimal digits")
		}
		key, value, _ := strings.Cut(pair, "=")
		written := unescape(key)
		name := canonical(written)
		switch {
		case name != "":
		case !strings.HasPrefix(written, "$"):
			continue // not an option of OData
		case slices.ContainsFunc(unsupported[:], func(u string) bool { return strings.EqualFold(u, written) }):
			return nil, rawFault(raw, at, quote(written)+" is not supported here; known are "+strings.Join(optionNames[:], ", "))
		default:
			return nil, rawFault(raw, at, "unknown option "+quote(written)+"; known are "+strings.Join(optionNames[:], ", ")+suggestion(written, optionNames[:]))
		}
		if slices.ContainsFunc(options, func(o option) bool { return o.name == name }) {
			return nil, rawFault(raw, at, name+" is there twice")
		}
		options = append(options, option{name, unescape(value)})
	}
	return options, nil
}

// canonical returns the option that a name means, or nothing.
func canonical(written string) string {
	for _, name := range optionNames {
		if strings.EqualFold(written, name) || strings.EqualFold(written, name[1:]) {
			return name
		}
	}
	return ""
}

// badEscape returns the offset of a percent sign without two digits behind it,
// or -1.
func badEscape(s string) int {
	for i := range len(s) {
		if s[i] != '%' {
			continue
		}
		if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
			return i
		}
	}
	return -1
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// unescape decodes what badEscape found no fault in.
func unescape(s string) string {
	decoded, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return decoded
}

func (q *Query) set(schema *Schema, o option) (err error) {
	switch o.name {
	case "$filter":
		q.Filter, err = ParseFilter(schema, o.text)
	case "$orderby":
		q.OrderBy, err = ParseOrderBy(schema, o.text)
	case "$select":
		q.Select, err = ParseSelect(schema, o.text)
	case "$top":
		q.Top, err = whole(o, MaxTop)
	case "$skip":
		q.Skip, err = whole(o, MaxSkip)
	case "$count":
		q.Count = strings.EqualFold(o.text, "true")
		if !q.Count && !strings.EqualFold(o.text, "false") {
			err = fault(o.name, o.text, "found "+quote(o.text)+", expected true or false")
		}
	case "$skiptoken":
		q.SkipToken = o.text
		if o.text == "" || len(o.text) > maxToken {
			err = fault(o.name, clip(o.text), "not a token of this service; take the next link as it came")
		}
	}
	return err
}

// whole reads a number from 0 to most.
func whole(o option, most int) (*int, error) {
	n, err := strconv.ParseUint(o.text, 10, 63)
	if err != nil || n > uint64(most) {
		return nil, fault(o.name, clip(o.text), fmt.Sprintf("found %s, expected a whole number from 0 to %d", quote(o.text), most))
	}
	i := int(n)
	return &i, nil
}

// Next returns the query string of the next link: the options of this query in
// canonical form, with a token in place of $skip and of its own token.
func (q *Query) Next(token string) string {
	options := q.canonical()
	if q.Top != nil {
		options = append(options, option{"$top", strconv.Itoa(*q.Top)})
	}
	options = append(options, option{"$skiptoken", token})
	var b strings.Builder
	for i, o := range options {
		if i > 0 {
			b.WriteByte('&')
		}
		// Not every client reads a plus as a space.
		b.WriteString(o.name + "=" + strings.ReplaceAll(url.QueryEscape(o.text), "+", "%20"))
	}
	return b.String()
}

// canonical prints the options that decide which rows there are, in which order
// and form: what a page token is bound to.
func (q *Query) canonical() []option {
	var options []option
	if q.Filter != nil {
		options = append(options, option{"$filter", q.Filter.String()})
	}
	if q.OrderBy != nil {
		keys := make([]string, len(q.OrderBy))
		for i, key := range q.OrderBy {
			keys[i] = key.String()
		}
		options = append(options, option{"$orderby", strings.Join(keys, ",")})
	}
	if q.Select != nil {
		options = append(options, option{"$select", strings.Join(q.Select, ",")})
	}
	if q.Count {
		options = append(options, option{"$count", "true"})
	}
	return options
}
