// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import {
  CalendarClockRegular,
  CheckmarkCircleFilled,
  CircleRegular,
  HandRightRegular,
  PeopleSwapRegular,
  ShieldCheckmarkRegular,
} from "@fluentui/react-icons";
import type { ReactNode } from "react";
import type { Action } from "../api/client";
import { useFormat } from "../i18n/format";

const useStyles = makeStyles({
  label: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  icon: { display: "inline-flex", flexShrink: 0, fontSize: "16px", color: tokens.colorNeutralForeground3 },
  done: { color: tokens.colorStatusSuccessForeground1 },
});

/** StatusLabel is the status of an action as icon and words. */
export function StatusLabel({ status }: { status: Action["status"] }) {
  const styles = useStyles();
  const { text } = useFormat();
  return (
    <span className={styles.label}>
      <span className={mergeClasses(styles.icon, status === "completed" && styles.done)}>{icons[status]}</span>
      {text(`status.${status}`)}
    </span>
  );
}

const icons: Record<Action["status"], ReactNode> = {
  toAddress: <CircleRegular />,
  planned: <CalendarClockRegular />,
  riskAccepted: <HandRightRegular />,
  thirdParty: <PeopleSwapRegular />,
  alternateMitigation: <ShieldCheckmarkRegular />,
  completed: <CheckmarkCircleFilled />,
};
