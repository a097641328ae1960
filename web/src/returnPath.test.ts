// SPDX-License-Identifier: Apache-2.0

import { expect, test } from "vitest";
import { issuerAddress, returnPath } from "./returnPath";

test.each(["/", "/t/7c0f/actions?q=safe+links&sort=title", "/t/a/audit?from=2026-01-01"])("%s is a way back", (path) => {
  expect(returnPath(path)).toBe(path);
});

test.each([
  undefined, "", "t/a", "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/t//elsewhere.example", "\\/elsewhere.example",
  "/\t/elsewhere.example", "/ /x", "/t/\u0000", "/tæ", "javascript:alert(1)", `/${"a".repeat(2048)}`, "/signin", "/signin?return=/", "/signin#token",
])("%j leads nowhere but home", (path) => {
  expect(returnPath(path)).toBe("/");
});

test("what an issuer and an address hold does not break out of the link", () => {
  expect(issuerAddress("a/b?c", "/t/x?q=1&r=2#s")).toBe("/auth/signin/a%2Fb%3Fc?return=%2Ft%2Fx%3Fq%3D1%26r%3D2%23s");
  expect(issuerAddress("a", "//evil.example")).toBe("/auth/signin/a?return=%2F");
});
