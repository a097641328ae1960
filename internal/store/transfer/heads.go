// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"context"
	"encoding/hex"
	"fmt"

	"securescore/internal/posture"
)

// Head is where a chain ends, as it is stored.
type Head struct {
	Tenant   string // id of the tenant; empty for the installation
	Table    string // that the head is in
	Series   int64  // of a ledger
	Sequence int64
	Hash     string // in hexadecimal
}

// Heads returns the heads of all chains, ledgers first, each by the number of
// its tenant.
func Heads(ctx context.Context, from Source) ([]Head, error) {
	ids := make(map[int64]string)
	err := each(ctx, from, "tenant", func(field func(string) Value) {
		ids[field("number").Number] = string(field("id").Bytes)
	})
	if err != nil {
		return nil, err
	}
	var list []Head
	err = each(ctx, from, "ledger_head", func(field func(string) Value) {
		list = append(list, Head{
			Tenant: ids[field("tenant").Number], Table: "ledger_head", Series: field("series").Number,
			Sequence: field("sequence").Number, Hash: hex.EncodeToString(field("hash").Bytes),
		})
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, from, "audit_head", func(field func(string) Value) {
		list = append(list, Head{
			Tenant: ids[field("log").Number], Table: "audit_head",
			Sequence: field("sequence").Number, Hash: hex.EncodeToString(field("hash").Bytes),
		})
	})
	return list, err
}

// each calls visit with every row of a table, whose fields go by name.
func each(ctx context.Context, from Source, table string, visit func(field func(string) Value)) error {
	for _, t := range from.Tables() {
		if t.Name != table {
			continue
		}
		for row, err := range from.Rows(ctx, &t) {
			if err != nil {
				return fmt.Errorf("read table %s: %w", table, err)
			}
			visit(func(name string) Value {
				if i := t.column(name); i >= 0 {
					return row[i]
				}
				return Value{}
			})
		}
		return nil
	}
	return fmt.Errorf("read table %s: %w", table, posture.ErrNotFound)
}
