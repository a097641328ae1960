// SPDX-License-Identifier: Apache-2.0

import { expect, test } from "vitest";
import type { Person } from "../../api/client";
import { filterPeople, nameOf, shownName, tokenState } from "./names";
import { parseAccessSearch } from "./search";

const person = (id: string, name: string, email: string, role?: string): Person => ({
  id, name, email, issuer: "https://id.example.org", subject: `sub-${id}`, seen: null, removed: null,
  roles: role === undefined ? [] : [{ grant: 1, role: "x", title: role, everywhere: false, by: "", at: null, reason: "", mayEnd: false }],
});
const people = [person("1", "Ada Lindqvist", "ada@contoso.example", "Security Administrator"), person("2", " ", "bram@contoso.example"), person("3", "", "")];

test("a person without a name goes by the address, then by the subject", () => {
  expect(people.map((p) => shownName(p))).toEqual(["Ada Lindqvist", "bram@contoso.example", "sub-3"]);
  expect(nameOf(people, "2")).toBe("bram@contoso.example");
  expect(nameOf(people, "not here")).toBe("not here");
});

test.each([["", ["1", "2", "3"]], ["ADA lind", ["1"]], ["security adm", ["1"]], ["contoso", ["1", "2"]], ["sub-3", ["3"]], ["nobody", []]])("search %j finds %j", (text, ids) => {
  expect(filterPeople(people, text).map((p) => p.id)).toEqual(ids);
});

test("why a token does not hold", () => {
  const now = new Date("2026-11-20T15:00:00Z");
  const later = "2027-01-01T00:00:00Z";
  expect(tokenState({ holds: true, ended: null, expires: "2020-01-01T00:00:00Z" }, now)).toBe("holds");
  expect(tokenState({ holds: false, ended: "2026-11-01T00:00:00Z", expires: later }, now)).toBe("revoked");
  expect(tokenState({ holds: false, ended: null, expires: "2026-11-20T15:00:00Z" }, now)).toBe("expired");
  expect(tokenState({ holds: false, ended: null, expires: later }, now)).toBe("ended");
});

test("the address of the page keeps what it knows only", () => {
  expect(parseAccessSearch({ part: "tokens", q: "", do: "give", id: "7" })).toEqual({ part: "tokens", do: "give", id: "7" });
  expect(parseAccessSearch({ part: "people", id: "7", do: "__proto__" })).toEqual({});
});
