// SPDX-License-Identifier: Apache-2.0

import { expect, test } from "vitest";
import { paths } from "./paths";
import { joinList, oneOf, only, parseSearch, splitList, stringifySearch } from "./search";

test("addresses of the portal stay as they are: people have them in their bookmarks", () => {
  expect(paths).toMatchInlineSnapshot(`
    {
      "access": "/t/$tenant/access",
      "action": "/t/$tenant/actions/$id",
      "actions": "/t/$tenant/actions",
      "audit": "/t/$tenant/audit",
      "identity": "/t/$tenant/identity",
      "overview": "/t/$tenant/overview",
      "signIn": "/signin",
    }
  `);
});

test.each([[["Identity"]], [["a, b", "c"]], [["~c", "~t,", "~"]], [["Zażółć & ?=#"]], [[]]])("a list comes back as it went: %j", (list) => {
  const text = stringifySearch({ list: joinList(list) });
  expect(splitList(parseSearch(text)["list"])).toEqual(list);
});

test("empty parameters leave the address", () => {
  expect(stringifySearch({ q: "", sort: undefined })).toBe("");
  expect(stringifySearch({ q: "mfa" })).toBe("?q=mfa");
});

test("a word that is not known is nothing", () => {
  expect(oneOf(["rank", "title"], "title")).toBe("title");
  expect(oneOf(["rank", "title"], "__proto__")).toBeUndefined();
});

test("what a parser leaves out does not reach the page by another way", () => {
  const parse = only(({ q }: Record<string, unknown>) => (q === "good" ? { q } : {}));
  const raw = { q: "bad", other: "x" };
  expect({ ...raw, ...parse(raw) }).toEqual({});
  expect({ ...raw, q: "good", ...parse({ ...raw, q: "good" }) }).toEqual({ q: "good" });
});
