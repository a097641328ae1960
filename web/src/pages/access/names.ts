// SPDX-License-Identifier: Apache-2.0

import type { Person, Tenant, Token } from "../../api/client";

/** shownName is how a person is called; an issuer need not give a name. */
export function shownName(person: Pick<Person, "name" | "email" | "subject">): string {
  return [person.name, person.email, person.subject].find((n) => n.trim() !== "") ?? "";
}

/** nameOf finds the name of a person by id; somebody who is not in the list keeps the id. */
export function nameOf(people: readonly Person[], id: string): string {
  const person = people.find((p) => p.id === id);
  return person ? shownName(person) : id;
}

/** tenantName finds the name of an organisation; one that the reader does not see keeps its id. */
export function tenantName(tenants: readonly Tenant[], id: string): string {
  return tenants.find((t) => t.id === id)?.name ?? id;
}

/** filterPeople keeps those of whom all words are found in what is shown of them. */
export function filterPeople(people: readonly Person[], text: string): Person[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter((w) => w !== "");
  return people.filter((p) => {
    const shown = [p.name, p.email, p.issuer, p.subject, ...p.roles.map((r) => r.title)].join("\n").toLocaleLowerCase();
    return words.every((w) => shown.includes(w));
  });
}

export type TokenState = "holds" | "revoked" | "expired" | "ended";

/** tokenState says why a token holds or does not. Whether it holds is the server's word. */
export function tokenState(token: Pick<Token, "holds" | "ended" | "expires">, now: Date): TokenState {
  if (token.holds) {
    return "holds";
  }
  if (token.ended !== null) {
    return "revoked";
  }
  return Date.parse(token.expires) <= now.getTime() ? "expired" : "ended";
}
