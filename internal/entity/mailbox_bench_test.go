// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"fmt"
	"testing"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// BenchmarkMailboxes builds the tables of an organisation whose presets and
// custom policies are for some people, by user, domain and group.
func BenchmarkMailboxes(b *testing.B) {
	const people = 20_000
	e := &posture.Evidence{}
	set := &posture.DataSet{Name: mail}
	for i := range people {
		key := fmt.Sprintf("u%06d", i)
		set.Objects = append(set.Objects, posture.Object{Key: key, Raw: fmt.Appendf(nil,
			`{"DisplayName":"User %d","PrimarySmtpAddress":"%s@contoso.com","RecipientTypeDetails":"UserMailbox","AuditEnabled":true,"ForwardingSmtpAddress":null,"EmailAddresses":["SMTP:%s@contoso.com","smtp:%s@fabrikam.com"]}`, i, key, key, key)})
	}
	e.Add(set)
	for name, list := range organisation {
		if name == mail {
			continue
		}
		e.Add(&posture.DataSet{Name: name, Objects: objectsOf(b, list)})
	}
	e.Add(&posture.DataSet{Name: presets, Objects: objectsOf(b, "["+rule(strict, "Strict1", "Enabled", 0, `"SentToMemberOf":["vip@contoso.com"]`)+","+rule(standard, "Standard1", "Enabled", 1, `"ExceptIfSentTo":["u000001@contoso.com"]`)+"]")})
	schema := entity.Standard()
	b.ReportAllocs()
	for b.Loop() {
		entity.Build(schema, e, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/people, "ns/mailbox")
}
