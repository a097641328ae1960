// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { Source } from "../../api/client";
import type { Format } from "../../i18n/format";
import { useFormat } from "../../i18n/format";
import type { MessageId } from "../../i18n/messages";
import { messages } from "../../i18n/messages";
import { Card } from "../../ui/Card";
import { reasonText } from "../../ui/reason";
import { Tag } from "../../ui/Tag";
import { Unknown } from "../../ui/Unknown";

const useStyles = makeStyles({
  table: { width: "100%", borderCollapse: "collapse" },
  head: { padding: tokens.spacingHorizontalS, textAlign: "left", fontWeight: tokens.fontWeightSemibold, ":first-child": { paddingLeft: 0 } },
  cell: { padding: tokens.spacingHorizontalS, borderTop: `1px solid ${tokens.colorNeutralStroke2}`, verticalAlign: "top", ":first-child": { paddingLeft: 0 } },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums", "@media (max-width: 480px)": { display: "none" } },
  summary: { cursor: "pointer", color: tokens.colorBrandForegroundLink, borderRadius: tokens.borderRadiusSmall, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  missing: { margin: 0, paddingLeft: tokens.spacingHorizontalL, overflowWrap: "anywhere" },
  text: { color: tokens.colorNeutralForeground2 },
});

const colors = { complete: "success", partial: "warning", stale: "warning", failed: "danger" } as const;

/** SourcesCard says when each source was read and what it could not give. */
export function SourcesCard({ sources }: { sources: readonly Source[] }) {
  const styles = useStyles();
  const format = useFormat();
  const { text, time, count } = format;
  if (sources.length === 0) {
    return (
      <Card title={text("sources.title")}>
        <p className={styles.text}>{text("sources.none")}</p>
      </Card>
    );
  }
  return (
    <Card title={text("sources.title")}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.head}>
              {text("sources.source")}
            </th>
            <th scope="col" className={styles.head}>
              {text("sources.read")}
            </th>
            <th scope="col" className={mergeClasses(styles.head, styles.number)}>
              {text("sources.sets")}
            </th>
            <th scope="col" className={styles.head}>
              {text("sources.state")}
            </th>
          </tr>
        </thead>
        <tbody>
          {sources.map((s) => (
            <tr key={s.name}>
              <th scope="row" className={styles.cell} style={{ textAlign: "left", fontWeight: "inherit" }}>
                {sourceName(s.name, format)}
              </th>
              <td className={styles.cell}>{s.at === null ? <Unknown reason={text("sources.never")} /> : time(s.at)}</td>
              <td className={mergeClasses(styles.cell, styles.number)}>{count(s.dataSets)}</td>
              <td className={styles.cell}>
                <Tag color={colors[s.state]}>
                  {text(`sources.state.${s.state}`)}
                </Tag>
                <Missing source={s} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Missing({ source }: { source: Source }) {
  const styles = useStyles();
  const format = useFormat();
  if (source.missing.length === 0) {
    return null;
  }
  return (
    <details>
      <summary className={styles.summary}>{format.text("sources.missing", { count: source.missing.length })}</summary>
      <ul className={styles.missing}>
        {source.missing.map((m) => (
          <li key={m.dataSet}>
            {m.dataSet}: {reasonText(m.reason, format)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** sourceName is the name of a source that the portal knows; others keep their own. */
function sourceName(name: string, { text }: Format): string {
  const id = `source.${name}`;
  return id in messages ? text(id as MessageId) : name;
}
