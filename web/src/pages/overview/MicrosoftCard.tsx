// SPDX-License-Identifier: Apache-2.0

import { makeStyles, tokens } from "@fluentui/react-components";
import type { Overview, Score } from "../../api/client";
import { PartBar } from "../../charts/PartBar";
import { useFormat } from "../../i18n/format";
import { Card } from "../../ui/Card";

const useStyles = makeStyles({
  list: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, margin: 0, padding: 0, listStyleType: "none" },
  row: { display: "grid", gridTemplateColumns: "1fr auto", rowGap: "2px", columnGap: tokens.spacingHorizontalM },
  value: { fontWeight: tokens.fontWeightSemibold, textAlign: "right", fontVariantNumeric: "tabular-nums" },
  bar: { gridColumnEnd: "span 2" },
  small: { gridColumnEnd: "span 2", fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  text: { color: tokens.colorNeutralForeground2 },
});

/** MicrosoftCard puts Microsoft's own score beside ours. */
export function MicrosoftCard({ microsoft, score }: { microsoft: Overview["microsoft"]; score: Score }) {
  const styles = useStyles();
  const { text, day } = useFormat();
  if (!microsoft) {
    return (
      <Card title={text("microsoft.title")}>
        <p className={styles.text}>{text("microsoft.none")}</p>
      </Card>
    );
  }
  return (
    <Card title={text("microsoft.title")}>
      <ul className={styles.list}>
        <Row name={text("microsoft.ours")} percent={score.percent} earned={score.earned} measured={score.measured} credited={score.credited} maximum={score.maximum} note="" />
        <Row name={text("microsoft.theirs")} percent={microsoft.percent} earned={microsoft.current} measured={microsoft.current} credited={0} maximum={microsoft.maximum} note={text("microsoft.day", { day: day(microsoft.day) })} />
      </ul>
      <p className={styles.text}>{text("microsoft.matched", { matched: microsoft.matched, unknown: microsoft.unknown })}</p>
    </Card>
  );
}

interface RowProps {
  name: string;
  percent: number | null;
  earned: number;
  measured: number;
  credited: number;
  maximum: number;
  note: string;
}

function Row({ name, percent, earned, measured, credited, maximum, note }: RowProps) {
  const styles = useStyles();
  const format = useFormat();
  return (
    <li className={styles.row}>
      <span>{name}</span>
      <span className={styles.value}>{percent === null ? "–" : format.percent(percent)}</span>
      <span className={styles.bar}>
        <PartBar measured={measured} credited={credited} maximum={maximum} height={10} />
      </span>
      <span className={styles.small}>
        {format.text("score.points", { earned: format.points(earned), maximum: format.points(maximum) })} {note}
      </span>
    </li>
  );
}
