// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import type { Overview } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { Card } from "../../ui/Card";
import type { ActionSearch } from "../actions/search";

const useStyles = makeStyles({
  list: { display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(98px, 1fr))", gap: tokens.spacingHorizontalM, margin: 0, padding: 0, listStyleType: "none" },
  tile: {
    display: "flex",
    flexDirection: "column",
    height: "100%",
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderLeft: `4px solid ${tokens.colorNeutralStroke1}`,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  number: { fontSize: tokens.fontSizeHero700, lineHeight: tokens.lineHeightHero700, fontWeight: tokens.fontWeightSemibold },
  hint: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

type Counter = keyof Overview["review"];

const useColors = makeStyles({
  regressed: { borderLeftColor: tokens.colorPaletteRedBorderActive },
  toAddress: { borderLeftColor: tokens.colorNeutralStrokeAccessible },
  planned: { borderLeftColor: tokens.colorPaletteTealBorderActive },
  riskAccepted: { borderLeftColor: tokens.colorPalettePurpleBorderActive },
  recentlyAdded: { borderLeftColor: tokens.colorPaletteBlueBorderActive },
  recentlyUpdated: { borderLeftColor: tokens.colorPaletteBlueBorderActive },
  notAssessed: { borderLeftColor: tokens.colorPaletteMarigoldBorderActive },
});

// Each counter leads to exactly the rows that it counts.
const counters: readonly { name: Counter; search: ActionSearch; hint: boolean }[] = [
  { name: "regressed", search: { regressed: "yes", show: "all" }, hint: true },
  { name: "toAddress", search: { status: "toAddress" }, hint: false },
  { name: "planned", search: { status: "planned" }, hint: false },
  { name: "riskAccepted", search: { status: "riskAccepted" }, hint: false },
  { name: "recentlyAdded", search: { change: "added", show: "all" }, hint: true },
  { name: "recentlyUpdated", search: { change: "updated", show: "all" }, hint: true },
  { name: "notAssessed", search: { state: "notAssessed", show: "all" }, hint: false },
];

export function ReviewCard({ review, tenant }: { review: Overview["review"]; tenant: string }) {
  const styles = useStyles();
  const colors = useColors();
  const { text, count } = useFormat();
  return (
    <Card title={text("review.title")}>
      <ul className={styles.list}>
        {counters.map(({ name, search, hint }) => (
          <li key={name}>
            <Link className={mergeClasses(styles.tile, colors[name])} to={paths.actions} params={{ tenant }} search={search}>
              <span className={styles.number}>{count(review[name])}</span>
              <span>{text(`review.${name}`)}</span>
              {hint && <span className={styles.hint}>{text("review.within")}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
