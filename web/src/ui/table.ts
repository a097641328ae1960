// SPDX-License-Identifier: Apache-2.0

import { makeStyles, tokens } from "@fluentui/react-components";

/** Tables that may be wider than the page look the same: they scroll in a frame of their own. */
export const useTableStyles = makeStyles({
  scroll: { position: "relative", overflowX: "auto", backgroundColor: tokens.colorNeutralBackground1, borderRadius: tokens.borderRadiusLarge, border: `1px solid ${tokens.colorNeutralStroke2}`, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  table: { width: "100%", borderCollapse: "collapse" },
  head: { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`, textAlign: "left", fontWeight: tokens.fontWeightSemibold, whiteSpace: "nowrap" },
  cell: { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`, borderTop: `1px solid ${tokens.colorNeutralStroke2}`, verticalAlign: "top", textAlign: "left", fontWeight: tokens.fontWeightRegular, overflowWrap: "anywhere" },
  once: { whiteSpace: "nowrap" },
  note: { display: "block", fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  buttons: { display: "flex", flexDirection: "column", alignItems: "flex-start", gap: tokens.spacingVerticalXS },
});
