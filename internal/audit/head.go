// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/sha256"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Installation is the log that belongs to no tenant.
const Installation posture.TenantID = ""

// Head is the last entry of a log.
type Head struct {
	Log      posture.TenantID // Installation, or a tenant
	Sequence int64            // 0 when the log is empty
	Hash     ledger.Hash
}

// Genesis is the head of an empty log. It differs between logs, so that one
// cannot be passed off as another.
func Genesis(log posture.TenantID) Head {
	return Head{Log: log, Hash: sha256.Sum256([]byte("securescore audit 1\n" + string(log)))}
}
