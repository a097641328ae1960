// SPDX-License-Identifier: Apache-2.0

package odata_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/odata"
	"securescore/internal/posture"
)

// goodQueries are query strings over scores, and what their next link says.
func goodQueries() map[string]string {
	return map[string]string{
		"": "",
		"$select=currentscore,maxscore,activeusercount,enabledservices": "$select=currentScore%2CmaxScore%2CactiveUserCount%2CenabledServices&",
		"$select=id, id,*":                          "",
		"$select=id,ID":                             "$select=id&",
		"$orderby=createdDateTime%20desc,id ASC":    "$orderby=createdDateTime%20desc%2Cid&",
		"%24orderby=vendorinformation/provider":     "$orderby=vendorInformation%2Fprovider&",
		"$TOP=5&$count=True":                        "$count=true&$top=5&",
		"$top=0&$count=false":                       "$top=0&",
		"$skip=7&top=1":                             "$top=1&",
		"$filter=id+eq+'a%26b;c'&client=7&":         "$filter=id%20eq%20%27a%26b%3Bc%27&",
		"$filter=createdDateTime ge 2025-01-01":     "$filter=createdDateTime%20ge%202025-01-01T00%3A00%3A00Z&",
		"FILTER=currentScore eq 1e30&utm_source=$x": "$filter=currentScore%20eq%201e%2B30&",
		"$skiptoken=abc&$top=2":                     "$top=2&",
		"search=x&other=%20":                        "",
	}
}

func TestQueries(t *testing.T) {
	t.Parallel()
	for raw, want := range goodQueries() {
		q, err := odata.Parse(scores(), raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		next := q.Next("T-_")
		if got := strings.TrimSuffix(next, "$skiptoken=T-_"); got != want {
			t.Errorf("%s: next link %s, want %s", raw, got, want)
		}
		again, err := odata.Parse(scores(), next)
		if err != nil || again.SkipToken != "T-_" || again.Next("T-_") != next {
			t.Errorf("%s: next link %s reads as %+v, %v", raw, next, again, err)
		}
	}
	q, err := odata.Parse(scores(), "$skip=7&$top=1&$count=true&$select=ID&$orderby=id desc")
	if err != nil {
		t.Fatal(err)
	}
	if *q.Skip != 7 || *q.Top != 1 || !q.Count || q.Filter != nil || q.SkipToken != "" || !cmp.Equal(q.Select, []string{"id"}) ||
		len(q.OrderBy) != 1 || !q.OrderBy[0].Desc || q.OrderBy[0].Path.Last.Name != "id" {
		t.Errorf("got %+v", q)
	}
}

func badQueries() []struct{ raw, message string } {
	const known = "known are $filter, $orderby, $select, $top, $skip, $skiptoken, $count"
	return []struct{ raw, message string }{
		{"$filter=", "$filter, character 1: found the end, expected a condition, such as name eq 'text'"},
		{"$filter=id%20eq%205", "$filter, character 7: id is a String, 5 is a number; they do not compare"},
		{"$top=5&$filtre=x", `query, character 8: unknown option "$filtre"; ` + known + "; did you mean $filter?"},
		{"$search=x", `query, character 1: "$search" is not supported here; ` + known},
		{"é=1&$expand=x", `query, character 5: "$expand" is not supported here; ` + known},
		{"$top=5&top=6", "query, character 8: $top is there twice"},
		{"$top=5&a=%zz", `query, character 10: found "%zz", expected % and two hexadecimal digits`},
		{"$top=%4", `query, character 6: found "%4", expected % and two hexadecimal digits`},
		{"$top=-1", `$top, character 1: found "-1", expected a whole number from 0 to 2147483647`},
		{"$top=", `$top, character 1: found "", expected a whole number from 0 to 2147483647`},
		{"$top=+5", `$top, character 1: found " 5", expected a whole number from 0 to 2147483647`},
		{"$top=99999999999999999999", `$top, character 1: found "99999999999999999999", expected a whole number from 0 to 2147483647`},
		{"$skip=1000001", `$skip, character 1: found "1000001", expected a whole number from 0 to 1000000`},
		{"$skip=x", `$skip, character 1: found "x", expected a whole number from 0 to 1000000`},
		{"$count=yes", `$count, character 1: found "yes", expected true or false`},
		{"$skiptoken=", "$skiptoken, character 1: not a token of this service; take the next link as it came"},
		{"$skiptoken=a&$skip=1", "$skip, character 1: a $skiptoken stands for its place already; leave $skip out"},
		{"$select=", "$select, character 1: found the end, expected the name of a property"},
		{"$select=id,", "$select, character 4: found the end, expected the name of a property"},
		{"$select=curentScore", `$select, character 1: secureScore has no property "curentScore"; did you mean currentScore?`},
		{"$select=vendorInformation/provider", `$select, character 18: found "/", expected a comma or the end; properties are selected whole`},
		{"$select=" + strings.Repeat("id,", 100) + "id", "$select, character 301: more than 100 names"},
		{"$orderby=", "$orderby, character 1: found the end, expected the name of a property"},
		{"$orderby=id down", `$orderby, character 4: found "down", expected asc, desc, a comma or the end`},
		{"$orderby=id,controlScores", "$orderby, character 4: controlScores has no order: it is not one simple value"},
		{"$orderby=controlScores/score", "$orderby, character 15: controlScores is a collection; ask about its members with controlScores/any(x: x/name eq 'text')"},
		{"$orderby=vendorInformation", "$orderby, character 1: vendorInformation has no order: it is not one simple value"},
		{"$orderby=vendorInformation/5", `$orderby, character 19: found "5", expected a name after /`},
		{"$orderby=" + strings.Repeat("id,", 16) + "id", "$orderby, character 49: more than 16 keys"},
		{"$filter=" + strings.Repeat("x", odata.MaxQuery), "query, character 262145: the query has 262152 bytes; at most 262144 are read"},
	}
}

func TestBadQueriesSayWhatAndWhere(t *testing.T) {
	t.Parallel()
	for _, c := range badQueries() {
		name := c.raw[:min(len(c.raw), 60)]
		q, err := odata.Parse(scores(), c.raw)
		var fault *odata.SyntaxError
		if !errors.As(err, &fault) || !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("%s: got %+v, %v", name, q, err)
			continue
		}
		if got := fmt.Sprint(err); got != c.message {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.message)
		}
	}
}
