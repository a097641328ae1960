// SPDX-License-Identifier: Apache-2.0

package sdk_test

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	graph "github.com/microsoftgraph/msgraph-sdk-go"
	core "github.com/microsoftgraph/msgraph-sdk-go-core"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/models/odataerrors"
	"github.com/microsoftgraph/msgraph-sdk-go/security"
)

func TestPages(t *testing.T) {
	t.Parallel()
	s := serve(t)
	client, _ := s.connect(t, s.reader(t))
	t.Run("scores", func(t *testing.T) {
		days := scores(t, client, 30)
		if len(days) <= 365 {
			t.Errorf("got %d days, want more than a year", len(days))
		}
		ids := make([]string, len(days))
		for i, day := range days {
			ids[i] = *day.GetId()
			if i > 0 && !day.GetCreatedDateTime().Before(*days[i-1].GetCreatedDateTime()) {
				t.Fatalf("%s comes after %s", ids[i], ids[i-1])
			}
		}
		count, err := client.Security().SecureScores().Count().Get(t.Context(), nil)
		if err != nil || int(*count) != len(days) {
			t.Errorf("$count: got %v, %v, want %d", count, err, len(days))
		}
		one, err := client.Security().SecureScores().BySecureScoreId(ids[0]).Get(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := *one.GetCurrentScore(), *days[0].GetCurrentScore(); got != want {
			t.Errorf("one by its id: got %v, want %v", got, want)
		}
	})
	t.Run("profiles", func(t *testing.T) {
		got := profiles(t, client, 9)
		if !slices.IsSortedFunc(got, func(a, b models.SecureScoreControlProfileable) int {
			return cmp.Compare(strings.ToLower(*a.GetId()), strings.ToLower(*b.GetId()))
		}) {
			t.Error("profiles are not in the order of their ids")
		}
		if whole := profiles(t, client, 999); len(whole) != len(got) {
			t.Errorf("got %d by nine, %d at once", len(got), len(whole))
		}
		filter := "controlCategory eq 'Identity' and maxScore ge 5"
		found, err := client.Security().SecureScoreControlProfiles().Get(t.Context(), &security.SecureScoreControlProfilesRequestBuilderGetRequestConfiguration{
			QueryParameters: &security.SecureScoreControlProfilesRequestBuilderGetQueryParameters{Filter: &filter},
		})
		if err != nil {
			t.Fatal(err)
		}
		want := slices.DeleteFunc(got, func(p models.SecureScoreControlProfileable) bool {
			return *p.GetControlCategory() != "Identity" || *p.GetMaxScore() < 5
		})
		if len(want) == 0 || len(found.GetValue()) != len(want) {
			t.Errorf("%s: got %d, want %d", filter, len(found.GetValue()), len(want))
		}
	})
}

func TestPatchIsCompressedAndTaken(t *testing.T) {
	t.Parallel()
	s := serve(t)
	client, w := s.connect(t, s.writer(t))
	id := open(t, client)
	item := client.Security().SecureScoreControlProfiles().BySecureScoreControlProfileId(id)
	answer, err := item.Patch(t.Context(), change("ThirdParty", "bought elsewhere"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer != nil {
		t.Errorf("without Prefer: got %v, want nothing", answer)
	}
	if last := w.coding[len(w.coding)-1]; last != "gzip" {
		t.Errorf("the SDK sent a body with coding %q, want gzip", last)
	}
	after, err := item.Get(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	updates := after.GetControlStateUpdates()
	last := updates[len(updates)-1]
	if *last.GetState() != "ThirdParty" || *last.GetComment() != "bought elsewhere" || *last.GetAssignedTo() != "dana" {
		t.Errorf("got %s, %s, %s", *last.GetState(), *last.GetComment(), *last.GetAssignedTo())
	}
}

func TestErrorsAreTyped(t *testing.T) {
	t.Parallel()
	s := serve(t)
	reader, _ := s.connect(t, s.reader(t))
	nobody, _ := s.connect(t, "made-up")
	id := open(t, reader)
	_, missing := reader.Security().SecureScoreControlProfiles().BySecureScoreControlProfileId("nothing").Get(t.Context(), nil)
	_, forbidden := reader.Security().SecureScoreControlProfiles().BySecureScoreControlProfileId(id).Patch(t.Context(), change("Ignored", ""), nil)
	_, unknown := nobody.Security().SecureScores().Get(t.Context(), nil)
	for _, c := range []struct {
		err  error
		want int
	}{{missing, http.StatusNotFound}, {forbidden, http.StatusForbidden}, {unknown, http.StatusUnauthorized}} {
		var odata *odataerrors.ODataError
		switch {
		case !errors.As(c.err, &odata):
			t.Errorf("%d: got %T %v, want an ODataError", c.want, c.err, c.err)
		case odata.GetStatusCode() != c.want || *odata.GetErrorEscaped().GetCode() == "" || *odata.GetErrorEscaped().GetMessage() == "":
			t.Errorf("got %d %v, want %d with code and message", odata.GetStatusCode(), odata, c.want)
		}
	}
}

func TestThrottledClientGetsItsAnswer(t *testing.T) {
	t.Parallel()
	s := serve(t, "--graph-scores-per-minute", "5")
	client, w := s.connect(t, s.reader(t))
	top := int32(1)
	for range 6 {
		_, err := client.Security().SecureScores().Get(t.Context(), &security.SecureScoresRequestBuilderGetRequestConfiguration{
			QueryParameters: &security.SecureScoresRequestBuilderGetQueryParameters{Top: &top},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Contains(w.status, http.StatusTooManyRequests) {
		t.Errorf("the server never said to wait: %v", w.status)
	}
}

// scores reads every day with the SDK's iterator.
func scores(t *testing.T, client *graph.GraphServiceClient, top int32) []models.SecureScoreable {
	t.Helper()
	first, err := client.Security().SecureScores().Get(t.Context(), &security.SecureScoresRequestBuilderGetRequestConfiguration{
		QueryParameters: &security.SecureScoresRequestBuilderGetQueryParameters{Top: &top},
	})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := core.NewPageIterator[models.SecureScoreable](first, client.GetAdapter(), models.CreateSecureScoreCollectionResponseFromDiscriminatorValue)
	if err != nil {
		t.Fatal(err)
	}
	var days []models.SecureScoreable
	if err := pages.Iterate(t.Context(), func(day models.SecureScoreable) bool { days = append(days, day); return true }); err != nil {
		t.Fatal(err)
	}
	return days
}

// profiles reads every profile with the SDK's iterator.
func profiles(t *testing.T, client *graph.GraphServiceClient, top int32) []models.SecureScoreControlProfileable {
	t.Helper()
	first, err := client.Security().SecureScoreControlProfiles().Get(t.Context(), &security.SecureScoreControlProfilesRequestBuilderGetRequestConfiguration{
		QueryParameters: &security.SecureScoreControlProfilesRequestBuilderGetQueryParameters{Top: &top},
	})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := core.NewPageIterator[models.SecureScoreControlProfileable](first, client.GetAdapter(), models.CreateSecureScoreControlProfileCollectionResponseFromDiscriminatorValue)
	if err != nil {
		t.Fatal(err)
	}
	var all []models.SecureScoreControlProfileable
	if err := pages.Iterate(t.Context(), func(p models.SecureScoreControlProfileable) bool { all = append(all, p); return true }); err != nil {
		t.Fatal(err)
	}
	return all
}

// open finds an action without a decision that misses points.
func open(t *testing.T, client *graph.GraphServiceClient) string {
	t.Helper()
	top := int32(1)
	today, err := client.Security().SecureScores().Get(t.Context(), &security.SecureScoresRequestBuilderGetRequestConfiguration{
		QueryParameters: &security.SecureScoresRequestBuilderGetQueryParameters{Top: &top},
	})
	if err != nil {
		t.Fatal(err)
	}
	missing := make(map[string]bool)
	for _, c := range today.GetValue()[0].GetControlScores() {
		percent, ok := c.GetAdditionalData()["scoreInPercentage"].(*float64)
		missing[*c.GetControlName()] = ok && *percent < 100
	}
	for _, p := range profiles(t, client, 999) {
		updates := p.GetControlStateUpdates()
		if missing[*p.GetId()] && len(updates) == 1 && *updates[0].GetState() == "Default" {
			return *p.GetId()
		}
	}
	t.Fatal("the sample organisation has no open action without a decision")
	return ""
}

// change is what the SDK sends for a PATCH: state, comment and owner are no
// properties of the entity type.
func change(state, comment string) models.SecureScoreControlProfileable {
	provider, vendor := "SecureScore", "Microsoft"
	info := models.NewSecurityVendorInformation()
	info.SetProvider(&provider)
	info.SetVendorEscaped(&vendor)
	body := models.NewSecureScoreControlProfile()
	body.SetVendorInformation(info)
	body.SetAdditionalData(map[string]any{"state": state, "comment": comment, "assignedTo": "dana"})
	return body
}
