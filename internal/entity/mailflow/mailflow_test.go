// SPDX-License-Identifier: Apache-2.0

package mailflow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity/mailflow"
)

var ada = mailflow.Recipient{
	Primary:   "Ada@Contoso.com",
	Addresses: []string{"ada@contoso.com", "countess@fabrikam.com"},
	Names:     []string{"Ada Lovelace", "ada"},
}

func TestInForce(t *testing.T) {
	t.Parallel()
	everybody := mailflow.Rule{}
	tests := []struct {
		name  string
		rules []mailflow.Rule
		who   mailflow.Recipient
		want  []int
	}{
		{"no rule at all", nil, ada, []int{mailflow.None}},
		{"a rule for everybody", []mailflow.Rule{everybody}, ada, []int{0}},
		{"the first of two decides", []mailflow.Rule{everybody, everybody}, ada, []int{0}},
		{"user by primary address, letter case aside", []mailflow.Rule{{Users: []string{"ADA@contoso.COM"}}, everybody}, ada, []int{0}},
		{"user by another address", []mailflow.Rule{{Users: []string{"countess@fabrikam.com"}}, everybody}, ada, []int{0}},
		{"user by name", []mailflow.Rule{{Users: []string{"ada lovelace"}}, everybody}, ada, []int{0}},
		{"another user", []mailflow.Rule{{Users: []string{"bob@contoso.com"}}, everybody}, ada, []int{1}},
		{"a name that may mean her", []mailflow.Rule{{Users: []string{"Board"}}, everybody}, ada, []int{0, 1}},
		{"domain", []mailflow.Rule{{Domains: []string{"contoso.com"}}, everybody}, ada, []int{0}},
		{"domain above", []mailflow.Rule{{Domains: []string{"com"}}, everybody}, ada, []int{0}},
		{"domain that only ends alike", []mailflow.Rule{{Domains: []string{"oso.com"}}, everybody}, ada, []int{1}},
		{"domain of a secondary address does not count", []mailflow.Rule{{Domains: []string{"fabrikam.com"}}, everybody}, ada, []int{1}},
		{"group whose members were not read", []mailflow.Rule{{Groups: []string{"vip@contoso.com"}}, everybody}, ada, []int{0, 1}},
		{"kinds of conditions must all hold", []mailflow.Rule{{Domains: []string{"fabrikam.com"}, Groups: []string{"vip@contoso.com"}}, everybody}, ada, []int{1}},
		{"values of one kind are alternatives", []mailflow.Rule{{Domains: []string{"fabrikam.com", "contoso.com"}}, everybody}, ada, []int{0}},
		{"user condition holds and domain does not", []mailflow.Rule{{Users: []string{"ada@contoso.com"}, Domains: []string{"fabrikam.com"}}, everybody}, ada, []int{1}},
		{"excepted user", []mailflow.Rule{{ExceptUsers: []string{"ada@contoso.com"}}, everybody}, ada, []int{1}},
		{"excepted domain", []mailflow.Rule{{ExceptDomains: []string{"contoso.com"}}, everybody}, ada, []int{1}},
		{"excepted group whose members were not read", []mailflow.Rule{{ExceptGroups: []string{"pilots"}}, everybody}, ada, []int{0, 1}},
		{"one exception is enough", []mailflow.Rule{{ExceptGroups: []string{"pilots"}, ExceptDomains: []string{"contoso.com"}}, everybody}, ada, []int{1}},
		{"exception for somebody else", []mailflow.Rule{{ExceptUsers: []string{"bob@contoso.com"}}, everybody}, ada, []int{0}},
		{"a rule that was not read", []mailflow.Rule{{Unread: true}, everybody}, ada, []int{0, 1}},
		{"a rule that was not read and is for others", []mailflow.Rule{{Unread: true, Domains: []string{"fabrikam.com"}}, everybody}, ada, []int{1}},
		{"nothing matches", []mailflow.Rule{{Domains: []string{"fabrikam.com"}}}, ada, []int{mailflow.None}},
		{"a mailbox without an address", []mailflow.Rule{{Domains: []string{"contoso.com"}}, everybody}, mailflow.Recipient{}, []int{0, 1}},
		{"a mailbox without an address and a user condition", []mailflow.Rule{{Users: []string{"ada@contoso.com"}}, everybody}, mailflow.Recipient{}, []int{0, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, mailflow.NewChain(tt.rules).InForce(tt.who)); diff != "" {
				t.Errorf("rules in force (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	everybody := mailflow.Rule{}
	domains := []string{"contoso.com", "eu.contoso.com", "contoso.onmicrosoft.com"}
	tests := []struct {
		name    string
		rules   []mailflow.Rule
		domains []string
		want    []int
	}{
		{"everybody hides what is below", []mailflow.Rule{everybody, everybody}, domains, []int{0}},
		{"some users", []mailflow.Rule{{Users: []string{"ada@contoso.com"}}, everybody}, domains, []int{0, 1}},
		{"an exception leaves people to what is below", []mailflow.Rule{{ExceptUsers: []string{"ada@contoso.com"}}, everybody}, domains, []int{0, 1}},
		{"all domains are everybody", []mailflow.Rule{{Domains: []string{"Contoso.com", "contoso.onmicrosoft.com"}}, everybody}, domains, []int{0}},
		{"all domains but with an exception", []mailflow.Rule{{Domains: []string{"contoso.com", "contoso.onmicrosoft.com"}, ExceptGroups: []string{"g"}}, everybody}, domains, []int{0, 1}},
		{"all domains but only some users", []mailflow.Rule{{Domains: []string{"contoso.com", "contoso.onmicrosoft.com"}, Users: []string{"ada@contoso.com"}}, everybody}, domains, []int{0, 1}},
		{"one domain is missing", []mailflow.Rule{{Domains: []string{"contoso.com"}}, everybody}, domains, []int{0, 1}},
		{"domains were not read", []mailflow.Rule{{Domains: []string{"contoso.com", "contoso.onmicrosoft.com"}}, everybody}, nil, []int{0, 1}},
		{"a domain of somebody else is nobody", []mailflow.Rule{{Domains: []string{"elsewhere.example"}}, everybody}, domains, []int{1}},
		{"a domain below one of ours may be somebody", []mailflow.Rule{{Domains: []string{"lab.contoso.com"}}, everybody}, domains, []int{0, 1}},
		{"a rule that was not read is never everybody", []mailflow.Rule{{Unread: true}, everybody}, domains, []int{0, 1}},
		{"nobody is left to a default", []mailflow.Rule{{Groups: []string{"g"}}}, domains, []int{0, mailflow.None}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, mailflow.NewChain(tt.rules).Reach(tt.domains)); diff != "" {
				t.Errorf("rules in reach (-want +got):\n%s", diff)
			}
		})
	}
}
