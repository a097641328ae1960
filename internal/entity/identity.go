// SPDX-License-Identifier: Apache-2.0

package entity

// identityProduct declares what Entra ID's directory and policies hold.
func identityProduct() Product {
	return Product{
		Kinds: []KindSpec{
			{
				Kind: "authorizationPolicy", Singular: "authorization policy", Plural: "authorization policies",
				DataSet: "graph/policies/authorizationPolicy", Singleton: true, Configuration: true, Names: []string{"displayName"},
				Fields: []Field{
					{Name: "allowInvitesFrom", Type: String, From: "allowInvitesFrom", Enum: []string{"none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone"}, Doc: "Who may invite guests."},
					{Name: "allowedToCreateApps", Type: Bool, From: "defaultUserRolePermissions.allowedToCreateApps", Doc: "Whether every user may register applications."},
				},
			},
		},
	}
}
