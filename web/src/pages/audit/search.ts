// SPDX-License-Identifier: Apache-2.0

import type { AuditParams } from "../../api/queries";
import { parseDay } from "../trend/range";

/** The events that can be asked for, in the server's words. */
export const events = [
  "session.opened", "session.ended", "access.refused", "decision.made", "decision.ended", "evidence.imported", "tenant.added", "tenant.changed", "tenant.removed", "role.granted",
  "role.ended", "person.invited", "person.removed", "person.erased", "token.created", "token.revoked", "link.made", "heads.signed", "keys.changed", "audit.exported", "work.cancelled", "work.restarted", "catalogue.adopted",
] as const;
export type EventName = (typeof events)[number];

/** What the address of the audit log holds. Days are those of the reader's time zone, as the times on the page; the last one is included. */
export interface AuditSearch {
  from?: string;
  to?: string;
  actor?: string;
  event?: string;
}

export function parseAuditSearch(search: Record<string, unknown>): AuditSearch {
  const word = (key: string) => (typeof search[key] === "string" && search[key] !== "" ? search[key].slice(0, 64) : undefined);
  const from = parseDay(search["from"]);
  const to = parseDay(search["to"]);
  const actor = word("actor");
  const event = word("event");
  return { ...(from && { from }), ...(to && { to }), ...(actor && { actor }), ...(event && { event }) };
}

export function auditParams({ from, to, actor, event }: AuditSearch): AuditParams {
  return { ...(from && { from: midnight(from, 0) }), ...(to && { to: midnight(to, 1) }), ...(actor && { actor }), ...(event && { event }) };
}

/** midnight is when a day of the reader's begins, or the one so many days after it. */
function midnight(day: string, after: number): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + after);
  return at.toISOString();
}
