// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, shorthands, tokens } from "@fluentui/react-components";
import { CheckmarkCircleFilled, ErrorCircleFilled, InfoFilled, WarningFilled } from "@fluentui/react-icons";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  banner: {
    display: "flex",
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    color: tokens.colorNeutralForeground1,
    overflowWrap: "anywhere",
  },
  icon: { flexShrink: 0, fontSize: "20px", lineHeight: 1, color: tokens.colorNeutralForeground3 },
  success: { ...shorthands.borderColor(tokens.colorStatusSuccessBorder1), backgroundColor: tokens.colorStatusSuccessBackground1, "& > :first-child": { color: tokens.colorStatusSuccessForeground1 } },
  warning: { ...shorthands.borderColor(tokens.colorStatusWarningBorder1), backgroundColor: tokens.colorStatusWarningBackground1, "& > :first-child": { color: tokens.colorStatusWarningForeground3 } },
  danger: { ...shorthands.borderColor(tokens.colorStatusDangerBorder1), backgroundColor: tokens.colorStatusDangerBackground1, "& > :first-child": { color: tokens.colorStatusDangerForeground1 } },
  info: {},
});

export type Intent = "info" | "success" | "warning" | "danger";

const icons: Record<Intent, ReactNode> = { info: <InfoFilled />, success: <CheckmarkCircleFilled />, warning: <WarningFilled />, danger: <ErrorCircleFilled /> };

/** Banner says one thing that concerns what follows. */
export function Banner({ intent, title, className, children }: { intent: Intent; title?: string; className?: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={mergeClasses(styles.banner, styles[intent], className)} role={intent === "danger" ? "alert" : "note"}>
      <span className={styles.icon} aria-hidden="true">
        {icons[intent]}
      </span>
      <div>
        {title !== undefined && <strong>{title} </strong>}
        {children}
      </div>
    </div>
  );
}
