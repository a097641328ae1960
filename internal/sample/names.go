// SPDX-License-Identifier: Apache-2.0

package sample

// Parts that names of people are made of. Any likeness is chance.
func givenNames() []string {
	return []string{
		"Ada", "Amir", "Anouk", "Arne", "Astrid", "Bao", "Bram", "Carmen", "Chidi", "Daan", "Dilan", "Edvin", "Eline", "Emre", "Fatima",
		"Femke", "Goran", "Hanna", "Henrik", "Ida", "Imani", "Ingrid", "Isak", "Jamila", "Jonas", "Jorge", "Kaito", "Kari", "Lars", "Leila",
		"Lotte", "Magnus", "Mei", "Mila", "Nadia", "Noor", "Oda", "Olav", "Priya", "Rasmus", "Ravi", "Rosa", "Sander", "Selma", "Sigrid",
		"Sofie", "Tariq", "Thea", "Tuva", "Vera", "Viktor", "Wout", "Yara", "Yusuf", "Zoë",
	}
}

func familyNames() []string {
	return []string{
		"Aas", "Bakker", "Berg", "Bjerke", "Castillo", "Dahl", "de Boer", "Demir", "Dijkstra", "Eide", "Engen", "Farah", "Fjeld", "Garcia",
		"Haddad", "Hagen", "Hansen", "Holm", "Ito", "Jansen", "Khan", "Kovač", "Kuipers", "Lie", "Lund", "Meijer", "Mendes", "Moe", "Mulder",
		"Nguyen", "Nilsen", "Okafor", "Olsen", "Patel", "Peters", "Rahman", "Ruud", "Sandvik", "Sato", "Silva", "Smit", "Solberg", "Strand",
		"Tan", "Torres", "van Dam", "Visser", "Vos", "Wang", "Wold", "Yilmaz",
	}
}

func departments() []string {
	return []string{"Engineering", "Sales", "Finance", "Operations", "Support", "Human Resources", "Legal", "Marketing", "Research", "Purchasing"}
}
