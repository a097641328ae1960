// SPDX-License-Identifier: Apache-2.0

package graphapi_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestQueries(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	day := func(days ...string) []string {
		list := []string{}
		for _, d := range days {
			list = append(list, entra+"_2026-03-"+d)
		}
		return list
	}
	tests := map[string]struct {
		path, query string
		want        []string
	}{
		"top":                  {scores, "$top=2", day("06", "05")},
		"skip":                 {scores, "$skip=4", day("02", "01")},
		"skip too far":         {scores, "$skip=400", day()},
		"nothing":              {scores, "$top=0", day()},
		"a day alone":          {scores, "$filter=createdDateTime ge 2026-03-05", day("06", "05")},
		"points":               {scores, "$filter=currentScore lt 20 and currentScore gt 3", day("02")},
		"any control":          {scores, "$filter=controlScores/any(c: c/controlName eq 'AdminMFAV2' and c/score eq 2)", day("03")},
		"all controls":         {scores, "$filter=controlScores/all(c: c/score gt 0)", day("06", "05", "04", "03", "02")},
		"order":                {scores, "$orderby=createdDateTime asc&$top=2", day("01", "02")},
		"order by points":      {scores, "$orderby=currentScore,createdDateTime desc&$top=3&$skip=1", day("02", "03", "04")},
		"filter and skip":      {scores, "$filter=currentScore gt 20&$skip=1", day("05", "04", "03")},
		"service":              {profiles, "$filter=service eq 'AzureAD' and (id eq 'AdminMFAV2' or id eq 'none')", []string{"AdminMFAV2"}},
		"not, in, startswith":  {profiles, "$filter=not startswith(id,'a') and id in ('aad_done','mdo_zap')", []string{"mdo_zap"}},
		"threats":              {profiles, "$filter=threats/any(t: t eq 'Data Exfiltration') and maxScore le 2", []string{"a_b", "Meeting_v1"}},
		"state":                {profiles, "$filter=controlStateUpdates/any(u: u/state ne 'Default')", []string{}},
		"order of profiles":    {profiles, "$orderby=maxScore desc&$top=2", []string{"AdminMFAV2", "scid_2010"}},
		"names in any case":    {profiles, "$FILTER=CONTROLCATEGORY eq 'Data'", []string{"a_b"}},
		"nested order":         {profiles, "$orderby=vendorInformation/provider,maxScore&$top=1", []string{"Meeting_v1"}},
		"what nobody supports": {profiles, "foo=bar&$top=1", []string{"a_b"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ids(s.get(t, test.path+"?"+escape(test.query)).values(t))
			if diff := cmp.Diff(test.want, got, cmp.Transformer("empty", func(l []string) []string { return append([]string{}, l...) })); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func escape(query string) string { return strings.ReplaceAll(query, " ", "%20") }

func TestSelect(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.get(t, scores+"?$select=maxscore,CURRENTSCORE&$top=1")
	row := r.values(t)[0]
	if diff := cmp.Diff(map[string]any{"currentScore": 23.5, "maxScore": 29.5}, row); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := r.object(t)["@odata.context"]; got != "http://example.com/v1.0/$metadata#security/secureScores(maxScore,currentScore)" {
		t.Errorf("got the context %v", got)
	}
	one := s.get(t, profiles+"/mdo_zap?$select=title").object(t)
	delete(one, "@odata.context")
	if diff := cmp.Diff(map[string]any{"title": `The title of "mdo_zap"`}, one); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestCountCountsAllPages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for query, want := range map[string]float64{"$count=true&$top=1": 6, "$count=true&$top=1&$filter=currentScore gt 20": 4, "$count=true&$skip=3": 6} {
		if got := s.get(t, scores+"?"+escape(query)).object(t)["@odata.count"]; got != want {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
}

// Each entity comes exactly once, whatever the size of a page, while entries
// arrive and a day begins.
func TestPagesToTheEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path, query string
		want        int
	}{
		"scores":             {scores, "$top=2", 6},
		"scores one by one":  {"/beta/security/secureScores", "$top=1&$count=true", 6},
		"behind some":        {scores, "$top=2&$skip=1", 5},
		"by tenant":          {"/t/" + strings.ToUpper(entra) + "/v1.0/security/secureScores", "$top=4", 6},
		"filtered":           {scores, "$top=2&$filter=createdDateTime le 2026-03-05", 5},
		"in another order":   {scores, "$top=2&$orderby=createdDateTime asc&$select=id&$filter=createdDateTime le 2026-03-06", 6},
		"profiles":           {profiles, "$top=4", 6},
		"profiles, ordered":  {profiles, "$top=1&$orderby=maxScore desc", 6},
		"profiles, filtered": {profiles, "$top=1&$filter=maxScore gt 2", 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			seen := []string{}
			path := test.path + "?" + escape(test.query)
			for pages := 0; path != "" && pages < 20; pages++ {
				r := s.get(t, path)
				seen = append(seen, ids(r.values(t))...)
				path = ""
				if next := r.object(t)["@odata.nextLink"]; next != nil {
					path = local(t, next)
					if prefix, _, _ := strings.Cut(strings.ToLower(test.path), "/security"); !strings.HasPrefix(path, prefix+"/security/secureScore") {
						t.Errorf("the link leads to %s", path)
					}
				}
				s.pass(13 * time.Hour)
				s.read(t, contoso, 5+pages)
			}
			slices.Sort(seen)
			if len(seen) != test.want || len(slices.Compact(seen)) != test.want {
				t.Errorf("got %d entities, %v; want %d", len(seen), seen, test.want)
			}
		})
	}
}

func TestNextLinksAreBound(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	link := local(t, s.get(t, scores+"?$top=2&$filter=currentScore%20gt%200").object(t)["@odata.nextLink"])
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	token := u.Query().Get("$skiptoken")
	other := "A"
	if strings.HasSuffix(token, other) {
		other = "B"
	}
	for name, test := range map[string]struct{ token, path string }{
		"another filter":   {"writer", scores + "?$skiptoken=" + token},
		"another set":      {"writer", profiles + "?$skiptoken=" + token},
		"changed":          {"writer", strings.Replace(link, token, token[:len(token)-1]+other, 1)},
		"with $skip":       {"writer", link + "&$skip=1"},
		"made up":          {"writer", scores + "?$skiptoken=made-up"},
		"another tenant's": {"both", "/t/" + string(fabrikam) + link},
	} {
		if _, message := s.ask(t, test.token, http.MethodGet, test.path, "").want(t, http.StatusBadRequest); !strings.Contains(message, "token") {
			t.Errorf("%s: got %s", name, message)
		}
	}
	if r := s.get(t, link); r.Code != http.StatusOK {
		t.Errorf("the link itself: got %d", r.Code)
	}
}

func TestBadQueries(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for name, query := range map[string]string{
		"malformed":          "$filter=currentScore ge",
		"unknown property":   "$filter=colour eq 'red'",
		"wrong type":         "$filter=currentScore eq 'many'",
		"10,000 terms":       "$filter=" + strings.Repeat("currentScore eq 1 or ", 10000) + "true",
		"deep":               "$filter=" + strings.Repeat("(", 10000),
		"negative top":       "$top=-1",
		"no number":          "$skip=x",
		"unknown option":     "$fliter=true",
		"unsupported option": "$expand=everything",
		"twice":              "$top=1&$top=2",
		"bad escape":         "$filter=%zz",
		"order by nothing":   "$orderby=colour",
		"select nothing":     "$select=colour",
		"count of nothing":   "$count=perhaps",
	} {
		if code, message := s.get(t, scores+"?"+escape(query)).want(t, http.StatusBadRequest); code != "BadRequest" || len(message) > 1000 {
			t.Errorf("%s: got %s %s", name, code, message)
		}
	}
	if target := s.get(t, scores+"?$filter=a%20eq%201").object(t)["error"].(map[string]any)["target"]; target != "$filter" { //nolint:errcheck // a panic fails the test
		t.Errorf("got target %v", target)
	}
	for _, query := range []string{"$filter=true", "$orderby=id", "$top=1", "$skip=1", "$count=true"} {
		s.get(t, profiles+"/mdo_zap?"+query).want(t, http.StatusBadRequest)
	}
}
