// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Kind says which chain a signed head belongs to.
type Kind string

// The kinds. The last two are the series of a ledger.
const (
	LogHead       Kind = "audit"
	OwnHead       Kind = "own"
	MicrosoftHead Kind = "microsoft"
)

// SignedHead is the end of one chain at one time, with a signature that was
// made with a key from outside the database. It is one JSON line of a file
// that is kept where the database's owner cannot rewrite it.
type SignedHead struct {
	Kind      Kind             `json:"kind"`
	Tenant    posture.TenantID `json:"tenant"` // empty for the installation's log
	Sequence  int64            `json:"sequence"`
	Hash      string           `json:"hash"` // hexadecimal
	At        time.Time        `json:"at"`   // when it was signed, UTC
	Key       string           `json:"key"`  // id of the key: see KeyID
	Signature string           `json:"signature"`
}

// HeadOf is the unsigned line of a log's head.
func HeadOf(h Head) *SignedHead {
	return &SignedHead{Kind: LogHead, Tenant: h.Log, Sequence: h.Sequence, Hash: h.Hash.String()}
}

// HeadOfLedger is the unsigned line of a ledger's head.
func HeadOfLedger(tenant posture.TenantID, h ledger.Head) *SignedHead {
	return &SignedHead{Kind: Kind(h.Series), Tenant: tenant, Sequence: h.Sequence, Hash: h.Hash.String()}
}

// Log is the head as a log's; ok is false for a ledger's.
func (s *SignedHead) Log() (h Head, ok bool) {
	sum, err := hex.DecodeString(s.Hash)
	if s.Kind != LogHead || err != nil || len(sum) != len(h.Hash) {
		return Head{}, false
	}
	return Head{s.Tenant, s.Sequence, ledger.Hash(sum)}, true
}

// Ledger is the head as a ledger's; ok is false for a log's.
func (s *SignedHead) Ledger() (h ledger.Head, ok bool) {
	sum, err := hex.DecodeString(s.Hash)
	if s.Kind == LogHead || !ledger.Series(s.Kind).Valid() || err != nil || len(sum) != len(h.Hash) {
		return ledger.Head{}, false
	}
	return ledger.Head{Series: ledger.Series(s.Kind), Sequence: s.Sequence, Hash: ledger.Hash(sum)}, true
}

// text is what the signature covers.
func (s *SignedHead) text() []byte {
	return fmt.Appendf(nil, "securescore head 1\n%s\n%s\n%d\n%s\n%s\n%s\n", s.Kind, s.Tenant, s.Sequence, s.Hash, s.At.UTC().Format(time.RFC3339Nano), s.Key)
}

// Sign returns the head with time, key and signature.
func (s *SignedHead) Sign(key ed25519.PrivateKey, at time.Time) SignedHead {
	out := *s
	out.At, out.Key = at.UTC().Truncate(time.Microsecond), SignerID(key)
	out.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(key, out.text()))
	return out
}

// Check returns an error that wraps posture.ErrInvalid unless one of the keys
// has signed the head.
func (s *SignedHead) Check(keys ...ed25519.PublicKey) error {
	signature, err := base64.StdEncoding.DecodeString(s.Signature)
	for _, key := range keys {
		if err == nil && KeyID(key) == s.Key && ed25519.Verify(key, s.text(), signature) {
			return nil
		}
	}
	for _, key := range keys {
		if KeyID(key) == s.Key {
			return fmt.Errorf("head %s of %q at entry %d: %w: the signature does not fit", s.Kind, s.Tenant, s.Sequence, posture.ErrInvalid)
		}
	}
	return fmt.Errorf("head %s of %q at entry %d: %w: signed with the key %s, which is not given", s.Kind, s.Tenant, s.Sequence, posture.ErrInvalid, posture.Printable(s.Key))
}

// publicOf is the second half of a private key.
func publicOf(key ed25519.PrivateKey) ed25519.PublicKey {
	return ed25519.PublicKey(key[len(key)-ed25519.PublicKeySize:])
}

// SignerID names the key that a private key belongs to.
func SignerID(key ed25519.PrivateKey) string { return KeyID(publicOf(key)) }

// KeyID names a key: the first eight bytes of the SHA-256 of its bytes, in
// hexadecimal.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// maxLine bounds a line of a file of heads.
const maxLine = 4 << 10

// WriteHeads writes signed heads, one JSON object a line.
func WriteHeads(out io.Writer, heads []SignedHead) error {
	for i := range heads {
		line, err := json.Marshal(&heads[i])
		if err != nil {
			return fmt.Errorf("write a head: %w", err)
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("write a head: %w", err)
		}
	}
	return nil
}

// ReadHeads reads what WriteHeads wrote and checks every signature. All faults
// are reported at once, each with its line.
func ReadHeads(in io.Reader, keys ...ed25519.PublicKey) ([]SignedHead, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	var heads []SignedHead
	var faults []error
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var s SignedHead
		err := json.Unmarshal(line, &s, json.RejectUnknownMembers(true))
		if err != nil {
			err = fmt.Errorf("%w: not a signed head: %w", posture.ErrInvalid, err)
		} else {
			err = s.Check(keys...)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		_, log := s.Log()
		_, entry := s.Ledger()
		if !log && !entry {
			faults = append(faults, fmt.Errorf("line %d: %w: kind %q with hash %q is not known", n, posture.ErrInvalid, posture.Printable(string(s.Kind)), posture.Printable(s.Hash)))
			continue
		}
		heads = append(heads, s)
	}
	if err := lines.Err(); err != nil {
		faults = append(faults, fmt.Errorf("read heads: %w", err))
	}
	return heads, errors.Join(faults...)
}

// PEM block types of the key files, as OpenSSL names them.
const (
	privateBlock = "PRIVATE KEY"
	publicBlock  = "PUBLIC KEY"
)

// NewKey makes a key from random bytes and returns it as PEM, the private and
// the public half.
func NewKey(random io.Reader) (private, public []byte, err error) {
	pub, key, err := ed25519.GenerateKey(random)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	privateDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	public, err = PublicPEM(pub)
	return pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: privateDER}), public, err
}

// PublicPEM writes a public key down, for whoever verifies.
func PublicPEM(key ed25519.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: der}), nil
}

// PrivateKey reads a private Ed25519 key in PEM (PKCS #8, as openssl genpkey
// writes it). The error wraps posture.ErrInvalid and never holds the key.
func PrivateKey(text []byte) (ed25519.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != privateBlock {
		return nil, fmt.Errorf("key: %w: want a private Ed25519 key in PEM", posture.ErrInvalid)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("key: %w: want a private Ed25519 key in PEM", posture.ErrInvalid)
	}
	return key, nil
}

// PublicKeys reads all public halves in a PEM text; a private key stands for
// its public half. The error wraps posture.ErrInvalid when there is none.
func PublicKeys(text []byte) ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		var parsed any
		var err error
		switch block.Type {
		case publicBlock:
			parsed, err = x509.ParsePKIXPublicKey(block.Bytes)
		case privateBlock:
			parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
			if key, ok := parsed.(ed25519.PrivateKey); ok {
				parsed = key.Public()
			}
		}
		key, ok := parsed.(ed25519.PublicKey)
		if err != nil || !ok {
			return nil, fmt.Errorf("key: %w: want Ed25519 keys in PEM", posture.ErrInvalid)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("key: %w: no key in PEM is there", posture.ErrInvalid)
	}
	return keys, nil
}
