// SPDX-License-Identifier: Apache-2.0

import type { Entry } from "../../api/client";
import type { Format } from "../../i18n/format";

/** entryText is one entry of the ledger as a sentence. */
export function entryText(entry: Entry, { text, points, change }: Format): string {
  if (entry.measured !== 0 && entry.kind === "achieved") {
    return text("entry.achieved", { points: points(entry.measured) });
  }
  if (entry.measured !== 0 && entry.kind === "regressed") {
    return text("entry.regressed", { points: points(Math.abs(entry.measured)) });
  }
  const parts = [
    entry.measured !== 0 && text("entry.measured", { points: change(entry.measured) }),
    entry.credited !== 0 && text("entry.credited", { points: change(entry.credited) }),
    entry.maximum !== 0 && text("entry.maximum", { points: change(entry.maximum) }),
  ].filter((part) => part !== false);
  return parts.length === 0 ? text("entry.nothing") : parts.join(", ");
}
