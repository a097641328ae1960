// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"io/fs"
	"os"
	"regexp"
	"testing"

	"securescore/web"
)

// A release sets SECURESCORE_REQUIRE_PORTAL, so that none goes out without
// its portal.
func TestFilesHoldAPortalOrSayThatTheyDoNot(t *testing.T) {
	t.Parallel()
	files, err := web.Files()
	if err != nil {
		t.Fatalf("files: %v", err)
	}
	if _, err := fs.ReadFile(files, "placeholder.html"); err != nil {
		t.Errorf("placeholder: %v", err)
	}
	page, err := fs.ReadFile(files, "index.html")
	if err != nil {
		if os.Getenv("SECURESCORE_REQUIRE_PORTAL") != "" {
			t.Fatalf("the portal was not built: %v", err)
		}
		t.Skip("the portal was not built: run npm ci and npm run build in web")
	}
	if !regexp.MustCompile(`<meta name="csp-nonce" content="__CSP_NONCE__"`).Match(page) {
		t.Error("index.html has no place for the nonce of a response")
	}
	if inline := regexp.MustCompile(`<script(?:[^>]*)>[^<]`).Find(page); inline != nil {
		t.Errorf("index.html has a script inside, which its policy forbids: %s", inline)
	}
	assets := regexp.MustCompile(`(?:src|href)="/(assets/[^"]+-[\w-]{8}\.js)"`).FindAllSubmatch(page, -1)
	if len(assets) == 0 {
		t.Error("index.html loads no script with a hash in its name")
	}
	for _, found := range assets {
		if _, err := fs.Stat(files, string(found[1])); err != nil {
			t.Errorf("index.html loads a file that is not there: %v", err)
		}
	}
}
