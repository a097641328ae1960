// SPDX-License-Identifier: Apache-2.0

import type { Action, Reason } from "../api/client";
import type { Format } from "../i18n/format";

/** reasonText says in words why something is not known. */
export function reasonText(reason: Reason | undefined, { text }: Format): string {
  if (!reason) {
    return text("reason.none");
  }
  return reason.detail ? text(`reason.${reason.code}.detail`, { detail: reason.detail }) : text(`reason.${reason.code}`);
}

/** stateText says in words why an action does not count, or is empty when it does. */
export function stateText(action: Pick<Action, "state" | "reason">, format: Format): string {
  switch (action.state) {
    case "assessed":
      return "";
    case "notApplicable":
      return format.text("state.notApplicable.because", { reason: reasonText(action.reason, format) });
    case "notAssessed":
      return format.text("state.notAssessed.because", { reason: reasonText(action.reason, format) });
  }
}

/** pointsText is what an action has reached, such as 0/10. */
export function pointsText(action: Pick<Action, "score" | "scored" | "worth">, format: Format): string | undefined {
  if (!action.scored) {
    return format.text("action.notScored");
  }
  return action.score && format.text("action.points", { earned: format.points(action.score.earned), maximum: format.points(action.score.maximum) });
}
