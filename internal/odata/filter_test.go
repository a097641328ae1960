// SPDX-License-Identifier: Apache-2.0

package odata_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"securescore/internal/odata"
	"securescore/internal/posture"
)

// goodFilters are filters over profiles and scores and their canonical forms.
func goodFilters() []struct {
	schema     *odata.Schema
	text, want string
} {
	p, s := profiles(), scores()
	return []struct {
		schema     *odata.Schema
		text, want string
	}{
		{p, "service eq 'MDATP' and (id eq 'scid_2016' or id eq 'scid_5094')", "service eq 'MDATP' and (id eq 'scid_2016' or id eq 'scid_5094')"},
		{p, "CONTROLCATEGORY EQ 'Data'", "controlCategory eq 'Data'"},
		{p, "title eq 'it''s'", "title eq 'it''s'"},
		{p, " ( ( rank eq 1 ) ) ", "rank eq 1"},
		{p, "rank eq 1 or rank eq 2 and rank ne 3", "rank eq 1 or (rank eq 2 and rank ne 3)"},
		{p, "rank eq 1 or (rank eq 2 or rank eq 3)", "rank eq 1 or rank eq 2 or rank eq 3"},
		{p, "not deprecated", "not deprecated"},
		{p, "not not (rank gt 5)", "not not (rank gt 5)"},
		{p, "deprecated eq false", "deprecated eq false"},
		{p, "true or false", "true or false"},
		{p, "5 lt rank", "5 lt rank"},
		{p, "maxScore gt 5", "maxScore gt 5"},
		{p, "maxScore gt 5.0", "maxScore gt 5.0"},
		{p, "maxScore gt -1e3", "maxScore gt -1000.0"},
		{p, "maxScore eq -0.0", "maxScore eq 0.0"},
		{p, "rank le maxScore", "rank le maxScore"},
		{p, "userImpact eq null", "userImpact eq null"},
		{p, "id in('a','b',null)", "id in ('a','b',null)"},
		{p, "rank in (1, 2.5)", "rank in (1,2.5)"},
		{p, "StartsWith(title, 'x')", "startswith(title,'x')"},
		{p, "contains(vendorinformation/provider,'Secure')", "contains(vendorInformation/provider,'Secure')"},
		{p, "endswith('abc', title)", "endswith('abc',title)"},
		{p, "threats/any()", "threats/any()"},
		{p, "threats/any(t: t eq 'x')", "threats/any(t:t eq 'x')"},
		{p, "threats/all(t: startswith(t,'a') or t eq title)", "threats/all(t:startswith(t,'a') or t eq title)"},
		{s, "controlScores/any(c: c/score gt 5)", "controlScores/any(c:c/score gt 5)"},
		{s, "controlScores/any(c: c/State eq 'a' and c/state eq 'b' and c/STATE eq 'c')", "controlScores/any(c:c/State eq 'a' and c/state eq 'b' and c/state eq 'c')"},
		{s, "controlScores/any(c: c/parts/all(d: d/name eq c/controlName))", "controlScores/any(c:c/parts/all(d:d/name eq c/controlName))"},
		{s, "createdDateTime ge 2025-01-01", "createdDateTime ge 2025-01-01T00:00:00Z"},
		{s, "createdDateTime ge 2025-01-01T00:00Z", "createdDateTime ge 2025-01-01T00:00:00Z"},
		{s, "createdDateTime ge 2025-01-01t02:00:00.1234567+02:00", "createdDateTime ge 2025-01-01T00:00:00.123456Z"},
		{s, "createdDateTime ge '2024-01-01T00:00:00Z'", "createdDateTime ge 2024-01-01T00:00:00Z"},
		{s, "'2024-01-01' le createdDateTime", "2024-01-01T00:00:00Z le createdDateTime"},
		{s, "createdDateTime in ('2024-01-01',2024-01-02)", "createdDateTime in (2024-01-01T00:00:00Z,2024-01-02T00:00:00Z)"},
	}
}

func TestFiltersPrintInOneForm(t *testing.T) {
	t.Parallel()
	for _, c := range goodFilters() {
		e, err := odata.ParseFilter(c.schema, c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := e.String(); got != c.want {
			t.Errorf("%s: printed %s, want %s", c.text, got, c.want)
		}
	}
}

type fault struct {
	text     string
	position int
	message  string
}

// badFilters are filters over scores with the fault that each has.
func badFilters() []fault {
	return []fault{
		{"", 1, `found the end, expected a condition, such as name eq 'text'`},
		{"currentScore", 13, `found the end, expected a comparison (eq, ne, gt, ge, lt, le, in) after currentScore`},
		{"currentScore gt", 16, `found the end, expected a property or a value after gt`},
		{"currentScore = 5", 14, `found "=", expected a comparison (eq, ne, gt, ge, lt, le, in) after currentScore`},
		{"currentScore add 5 gt 6", 14, `found "add", expected a comparison (eq, ne, gt, ge, lt, le, in) after currentScore`},
		{"id gt 5", 7, `id is a String, 5 is a number; they do not compare`},
		{"5 gt id", 1, `5 is a number, id is a String; they do not compare`},
		{"currentScore eq '5'", 17, `currentScore is a Double, '5' is a text; they do not compare`},
		{"id eq createdDateTime", 7, `id is a String, createdDateTime is a DateTimeOffset; they do not compare`},
		{"id eq 2024-01-01", 7, `id is a String, 2024-01-01T00:00:00Z is a time; they do not compare`},
		{"curentScore gt 5", 1, `secureScore has no property "curentScore"; did you mean currentScore?`},
		{"vendorInformation/vender eq 'x'", 19, `securityVendorInformation has no property "vender"; did you mean vendor?`},
		{"vendorInformation/ eq 'x'", 20, `securityVendorInformation has no property "eq"`},
		{"vendorInformation eq null", 1, `vendorInformation is complex; compare one of its properties: vendorInformation/…`},
		{"id/x eq 'x'", 4, `id is a String and has no properties`},
		{"activeUserCount/x eq 1", 17, `activeUserCount is an Int32 and has no properties`},
		{"enabledServices eq 'x'", 1, `enabledServices is a collection; ask about its members with enabledServices/any(x: x eq 'text')`},
		{"controlScores/score gt 1", 15, `controlScores is a collection; ask about its members with controlScores/any(x: x/name eq 'text')`},
		{"'x' in enabledServices", 1, `found 'x', expected a property before in`},
		{"id in 'x'", 7, `found "'x'", expected ( after in`},
		{"id in ()", 8, `found ")", expected a value of the list after in`},
		{"id in ('x' 'y')", 12, `found "'y'", expected , or ) in the list after in`},
		{"id in ('x',5)", 12, `id is a String, 5 is a number; they do not compare`},
		{"id in (id)", 8, `found a property, expected a value of the list after in`},
		{"id/any()", 4, `id is no collection; any and all ask about the members of one`},
		{"enabledServices/all()", 21, `found ")", expected a name for the member, as in all(x: x eq 'text')`},
		{"enabledServices/any(s s eq 'x')", 23, `found "s", expected : after the name of the member`},
		{"enabledServices/any(not: not eq 'x')", 21, `"not" is a word of the language; give the member another name`},
		{"enabledServices/any(s: s/x eq 'x')", 26, `s is a String and has no properties`},
		{"controlScores/any(c: score gt 5)", 22, `secureScore has no property "score"`},
		{"controlScores/any(c: enabledServices/any())", 38, `any or all within another asks about a collection of its member: c/…`},
		{"controlScores/any(c: c/parts/any(c: c/name eq 'x'))", 34, `"c" already names a member around this one`},
		{"tree/any(a: a/tree/any(b: b/tree/any(c: c/tree/any(d: d/tree/any()))))", 62, `more than 4 any and all within each other`},
		{"id eq 'x' or enabledServices/any(s: s eq 'x') eq true", 47, `found "eq", expected and, or or the end`},
		{"tolower(id) eq 'x'", 1, `unknown function "tolower"; known are startswith, endswith, contains; letter case counts in every comparison`},
		{"startwith(id,'x')", 1, `unknown function "startwith"; known are startswith, endswith, contains; did you mean startswith?`},
		{"startswith(id)", 14, `found ")", expected , after the first text of startswith`},
		{"startswith(id,5)", 15, `5 is a number; startswith takes texts`},
		{"startswith(id,null)", 15, `null is null; startswith takes texts`},
		{"startswith(activeUserCount,'5')", 12, `activeUserCount is an Int32; startswith takes texts`},
		{"contains(enabledServices,'x')", 10, `enabledServices is a collection; ask about its members with enabledServices/any(x: x eq 'text')`},
		{"contains(id,contains(id,'x'))", 13, `found a condition, expected a text for contains`},
		{"id eq contains(id,'x')", 7, `found a condition, expected a property or a value after eq`},
		{"not id eq 'x'", 5, `a comparison after not stands in parentheses: not (…)`},
		{"(id eq 'x'", 11, `found the end, expected and, or or )`},
		{"id eq 'x')", 10, `found ")", expected and, or or the end`},
		{"id eq 'x", 7, `the text in quotes has no end`},
		{"id eq 'é' and x", 15, `secureScore has no property "x"`},
		{"currentScore gt NaN", 17, `secureScore has no property "NaN"; values that are no numbers cannot be compared`},
		{"currentScore gt -INF", 17, `"-INF" is not a number, a date or a time; a text stands in 'quotes'`},
		{"currentScore gt 1e999", 17, `"1e999" is a number that a Double cannot hold`},
		{"currentScore gt 9223372036854775808", 17, `"9223372036854775808" is a whole number outside of 64 bits; write it with a decimal point`},
		{"currentScore gt 0x10", 17, `"0x10" is not a number, a date or a time; a text stands in 'quotes'`},
		{"currentScore gt 5and true", 17, `"5and" is not a number, a date or a time; a text stands in 'quotes'`},
		{"id eq 12345678-1234-1234-1234-123456789012", 7, `"12345678-1234-1234-1234-123456789012" is not a number, a date or a time; a text stands in 'quotes'`},
		{"createdDateTime ge 2024-02-30", 20, `"2024-02-30" is not a time; write 2025-01-31T08:30:00Z, with an offset in place of Z, or 2025-01-31 for midnight UTC`},
		{"createdDateTime ge 2024-01-01T00:00:00", 20, `"2024-01-01T00:00:00" is not a time; write 2025-01-31T08:30:00Z, with an offset in place of Z, or 2025-01-31 for midnight UTC`},
		{"createdDateTime ge 'yesterday'", 20, `"yesterday" is not a time; write 2025-01-31T08:30:00Z, with an offset in place of Z, or 2025-01-31 for midnight UTC`},
		{"createdDateTime ge 9999-12-31T23:59:59-01:00", 20, `"9999-12-31T23:59:59-01:00" is not a time; write 2025-01-31T08:30:00Z, with an offset in place of Z, or 2025-01-31 for midnight UTC`},
		{"createdDateTime ge 2024-01-01T00:00:00+15:00", 20, `"2024-01-01T00:00:00+15:00" is not a time; write 2025-01-31T08:30:00Z, with an offset in place of Z, or 2025-01-31 for midnight UTC`},
		{"createdDateTime ge 0000-12-31", 20, `"0000-12-31" is not a time; write 2025-01-31T08:30:00Z, with an offset in place of Z, or 2025-01-31 for midnight UTC`},
		{"id eq 'a\x00b'", 9, `a zero character, which no text here may hold`},
		{"id eq '\ufffd\xff'", 9, `the text is not UTF-8`},
		{"id eq '" + strings.Repeat("x", odata.MaxText) + "'", odata.MaxText + 1, `the text has 65544 bytes; at most 65536 are read`},
		{strings.Repeat("id eq '' or ", 1000) + "true", 12001, `more than 1000 conditions`},
		{"id in (" + strings.Repeat("'',", 1000) + "'')", 3008, `more than 1000 values in one list`},
		{strings.Repeat("(", 50_000), 101, `more than 100 levels of parentheses, not, any and all`},
		{strings.Repeat("not ", 10_000), 401, `more than 100 levels of parentheses, not, any and all`},
	}
}

func TestBadFiltersSayWhatAndWhere(t *testing.T) {
	t.Parallel()
	s := scores()
	for _, c := range badFilters() {
		_, err := odata.ParseFilter(s, c.text)
		name := c.text[:min(len(c.text), 60)]
		var fault *odata.SyntaxError
		if !errors.As(err, &fault) || !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("%q: got %v", name, err)
			continue
		}
		if want := fmt.Sprintf("$filter, character %d: %s", c.position, c.message); err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", name, err, want)
		}
	}
}

func TestCaretStandsBelowTheFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"id gt 5", "id gt 5\n      ^"},
		{"id eq 'é\n' 5", "id eq 'é·' 5\n           ^"},
		{strings.Repeat("id eq 'é' or ", 6) + "5" + strings.Repeat(" or id eq 'é'", 6), "… or id eq 'é' or id eq 'é' or 5 or id eq 'é' or id eq 'é' or id …\n" + "                                 ^"},
	} {
		_, err := odata.ParseFilter(scores(), c.text)
		var fault *odata.SyntaxError
		if !errors.As(err, &fault) {
			t.Fatalf("%s: got %v", c.text, err)
		}
		if got := fault.Caret(); got != c.want {
			t.Errorf("got\n%s\nwant\n%s", got, c.want)
		}
	}
}
