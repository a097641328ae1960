// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, shorthands, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  tag: {
    display: "inline-block",
    padding: `1px ${tokens.spacingHorizontalSNudge}`,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusXLarge,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorNeutralBackground3,
    color: tokens.colorNeutralForeground1,
  },
  neutral: {},
  success: { ...shorthands.borderColor(tokens.colorStatusSuccessBorder1), backgroundColor: tokens.colorStatusSuccessBackground1, color: tokens.colorStatusSuccessForeground1 },
  warning: { ...shorthands.borderColor(tokens.colorStatusWarningBorder1), backgroundColor: tokens.colorStatusWarningBackground1, color: tokens.colorStatusWarningForeground1 },
  danger: { ...shorthands.borderColor(tokens.colorStatusDangerBorder1), backgroundColor: tokens.colorStatusDangerBackground1, color: tokens.colorStatusDangerForeground1 },
});

export type TagColor = "neutral" | "success" | "warning" | "danger";

/** Tag is a state in a word or two. Its words say everything; the colour only helps. */
export function Tag({ color, title, children }: { color: TagColor; title?: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <span className={mergeClasses(styles.tag, styles[color])} title={title}>
      {children}
    </span>
  );
}
