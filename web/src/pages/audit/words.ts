// SPDX-License-Identifier: Apache-2.0

import type { MessageId } from "../../i18n/messages";
import { messages } from "../../i18n/messages";
import type { Format } from "../../i18n/format";

/** known writes a word of the server's for people; one that the portal does not know stays as it is. */
export function known(kind: "event" | "via" | "change" | "right", word: string, { text }: Format): string {
  const id = `${kind}.${word}`;
  return Object.hasOwn(messages, id) ? text(id as MessageId) : word;
}
