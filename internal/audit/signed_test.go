// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

func signed(t *testing.T) (text, public []byte) {
	t.Helper()
	private, public, err := audit.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := audit.PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	err = audit.WriteHeads(&out, []audit.SignedHead{
		audit.HeadOf(headOf(log(3))).Sign(key, at),
		audit.HeadOf(audit.Genesis(audit.Installation)).Sign(key, at),
		audit.HeadOfLedger(tenant, ledger.Genesis(tenant, ledger.Own)).Sign(key, at),
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), public
}

func TestSignedHeadsRoundTrip(t *testing.T) {
	t.Parallel()
	text, public := signed(t)
	keys, err := audit.PublicKeys(public)
	if err != nil {
		t.Fatal(err)
	}
	heads, err := audit.ReadHeads(bytes.NewReader(text), keys...)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := heads[0].Log(); !ok || got != headOf(log(3)) {
		t.Errorf("log head: got %+v", got)
	}
	if got, ok := heads[2].Ledger(); !ok || got != ledger.Genesis(tenant, ledger.Own) {
		t.Errorf("ledger head: got %+v", got)
	}
}

func TestChangedHeadsAreRefused(t *testing.T) {
	t.Parallel()
	text, public := signed(t)
	keys, err := audit.PublicKeys(public)
	if err != nil {
		t.Fatal(err)
	}
	_, other := signed(t)
	otherKeys, err := audit.PublicKeys(other)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ text, want string }{
		"sequence":    {strings.Replace(string(text), `"sequence":3`, `"sequence":2`, 1), "line 1: head audit"},
		"time":        {strings.Replace(string(text), "12:00:00", "12:00:01", 1), "does not fit"},
		"tenant":      {strings.Replace(string(text), `"tenant":""`, `"tenant":"x"`, 1), "line 2"},
		"unknown":     {strings.Replace(string(text), `"kind"`, `"x":1,"kind"`, 1), "not a signed head"},
		"not JSON":    {"hello\n" + string(text), "line 1"},
		"long":        {strings.Repeat("x", 10_000), "read heads"},
		"other kinds": {strings.Replace(string(text), `"kind":"audit"`, `"kind":"own"`, 1), "does not fit"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := audit.ReadHeads(strings.NewReader(test.text), keys...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	if _, err := audit.ReadHeads(bytes.NewReader(text), otherKeys...); !errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), "which is not given") {
		t.Errorf("another key: got %v", err)
	}
}

func FuzzReadHeads(f *testing.F) {
	private, public, err := audit.NewKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	key, err := audit.PrivateKey(private)
	if err != nil {
		f.Fatal(err)
	}
	keys, err := audit.PublicKeys(public)
	if err != nil {
		f.Fatal(err)
	}
	var good bytes.Buffer
	head := audit.HeadOf(audit.Genesis(tenant)).Sign(key, time.Unix(5, 0))
	if err := audit.WriteHeads(&good, []audit.SignedHead{head}); err != nil {
		f.Fatal(err)
	}
	f.Add(good.Bytes())
	f.Add([]byte(`{"kind":"audit"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		heads, err := audit.ReadHeads(bytes.NewReader(text), keys...)
		if err != nil {
			return
		}
		for _, got := range heads {
			if got.Hash != head.Hash || got.Sequence != head.Sequence {
				t.Errorf("accepted a head that nobody signed: %+v", got)
			}
		}
	})
}
