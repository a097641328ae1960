// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"fmt"

	"securescore/internal/posture"
)

// proofs implements store.Proofs.
type proofs struct{ *desk }

// Proof implements store.Proofs.
func (p proofs) Proof(ctx context.Context) (proof []byte, err error) {
	if err := p.one(ctx, "key proof", []any{&proof}); err != nil {
		return nil, fmt.Errorf("proof of the keys: %w", err)
	}
	return proof, nil
}

// Prove implements store.Proofs.
func (p proofs) Prove(ctx context.Context, proof []byte) error {
	if err := p.writable(); err != nil {
		return err
	}
	if len(proof) == 0 {
		return fmt.Errorf("proof of the keys: %w: it is empty", posture.ErrInvalid)
	}
	_, err := p.change(ctx, "key prove", proof)
	return err
}
