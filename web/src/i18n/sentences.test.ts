// SPDX-License-Identifier: Apache-2.0

import { createIntl } from "react-intl";
import { expect, test } from "vitest";
import type { MessageId } from "./messages";
import { messages } from "./messages";

const intl = createIntl({ locale: "en-GB", messages });

test.each<[MessageId, Record<string, string | number>, string]>([
  ["require.all", { fail: 8, total: 412 }, "8 of 412 users do not meet this. All must."],
  ["require.all", { fail: 1, total: 412 }, "1 of 412 users does not meet this. All must."],
  ["require.all", { fail: 1, total: 1 }, "The user does not meet this."],
  ["require.all.held", { total: 1 }, "The user meets this."],
  ["require.all.held", { total: 1412 }, "All 1,412 users meet this."],
  ["require.any", { total: 0 }, "There are no users. One that meets this must be there."],
  ["require.any", { total: 3 }, "None of 3 users meets this. One must."],
  ["require.between", { pass: 1, total: 5, min: 2, max: 4 }, "1 of 5 users meets this. It must be from 2 to 4."],
  ["figure.unknown", { count: 1 }, "1 user is not known."],
  ["figure.exempt", { count: 2 }, "2 users are exempt."],
  ["microsoft.matched", { matched: 154, unknown: 0 }, "Microsoft gave a value for 154 actions of this catalogue."],
  ["actions.hidden", { count: 1 }, "1 action with an accepted risk is not shown."],
])("%s with %j reads well", (id, values, want) => {
  expect(intl.formatMessage({ id }, { singular: "user", plural: "users", ...values })).toBe(want);
});
