// SPDX-License-Identifier: Apache-2.0

package catalog_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/controls"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
)

func TestWithout(t *testing.T) {
	t.Parallel()
	c, err := catalog.Load(entity.Standard(), catalog.Layer{Name: "built-in", Files: controls.Files})
	if err != nil {
		t.Fatal(err)
	}
	less := c.Without("OneAdmin", "AdminMFAV2", "OneAdmin", "no_such_control")
	if got, want := len(less.Controls), len(c.Controls)-2; got != want {
		t.Errorf("got %d controls, want %d", got, want)
	}
	for _, id := range []posture.ControlID{"OneAdmin", "AdminMFAV2"} {
		if _, there := less.Control(id); there || slices.ContainsFunc(less.Controls, func(k *catalog.Control) bool { return k.ID == id }) {
			t.Errorf("%s is still there", id)
		}
		if _, there := c.Control(id); !there {
			t.Errorf("%s was taken out of the other catalogue, too", id)
		}
	}
	added, updated, err := catalog.Compare(less.Archive(), c.Archive())
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(added)
	if diff := cmp.Diff([]posture.ControlID{"AdminMFAV2", "OneAdmin"}, added); diff != "" || len(updated) > 0 {
		t.Errorf("added (-want +got), and updated %v:\n%s", updated, diff)
	}
	if again := c.Without("AdminMFAV2", "OneAdmin"); less.Version == c.Version || again.Version != less.Version {
		t.Errorf("versions: %s, %s and %s", c.Version, less.Version, again.Version)
	}
	if c.Without("no_such_control") != c {
		t.Error("taking nothing out made another catalogue")
	}
}
