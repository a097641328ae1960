// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"strings"
	"testing"

	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

// Whatever is wrong with a URL, and whatever the server answers, the password
// is not in the message.
func TestNoMessageHoldsThePassword(t *testing.T) {
	t.Parallel()
	d := postgrestest.Empty(t)
	address := connect(t, d.Owner).Config()
	for name, url := range map[string]string{
		"wrong password":       strings.Replace(d.Owner, address.Password, "verysecret", 1),
		"no such host":         "postgres://u:verysecret@nowhere.invalid/db",
		"nobody listens":       "postgres://u:verysecret@127.0.0.1:1/db?connect_timeout=2",
		"slash in it":          "postgres://u:very/secret@127.0.0.1/db",
		"question mark in it":  "postgres://u:very?secret@127.0.0.1/db",
		"number sign in it":    "postgres://u:very#secret@127.0.0.1/db",
		"number and sign":      "postgres://u:12#secret@127.0.0.1/db",
		"at sign in it":        "postgres://u:very@secret@127.0.0.1/db",
		"per cent in it":       "postgres://u:very%secret@127.0.0.1/db",
		"bad port":             "postgres://u:verysecret@127.0.0.1:port/db",
		"bad parameter":        "postgres://u:verysecret@127.0.0.1/db?sslmode=perhaps",
		"password a parameter": "postgres://127.0.0.1:1/db?user=u&password=verysecret&connect_timeout=2",
		"keywords":             "host=127.0.0.1 user=u password=verysecret",
		"another scheme":       "mysql://u:verysecret@127.0.0.1/db",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := postgres.Migrate(t.Context(), postgres.Params{Address: url})
			if err == nil {
				t.Fatal("got no error")
			}
			if text := err.Error(); strings.Contains(text, "secret") || strings.Contains(text, "very") {
				t.Errorf("got %q, which holds a part of the password", text)
			}
		})
	}
}
