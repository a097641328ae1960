// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import type { Action } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { Card } from "../../ui/Card";
import { useLinkStyles } from "../../ui/links";
import { pointsText } from "../../ui/reason";
import { StatusLabel } from "../../ui/StatusLabel";
import { Unknown } from "../../ui/Unknown";

const wide = "@media (max-width: 720px)";

const useStyles = makeStyles({
  table: { width: "100%", borderCollapse: "collapse" },
  head: { padding: tokens.spacingHorizontalS, textAlign: "left", fontWeight: tokens.fontWeightSemibold, whiteSpace: "nowrap", ":first-child": { paddingLeft: 0 } },
  cell: { padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalS}`, borderTop: `1px solid ${tokens.colorNeutralStroke2}`, whiteSpace: "nowrap", ":first-child": { paddingLeft: 0 } },
  title: { whiteSpace: "normal" },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
  optional: { [wide]: { display: "none" } },
});

export function TopActionsCard({ actions, tenant }: { actions: readonly Action[]; tenant: string }) {
  const styles = useStyles();
  const links = useLinkStyles();
  const format = useFormat();
  const { text } = format;
  return (
    <Card
      title={text("top.title")}
      beside={
        <Link className={links.link} to={paths.actions} params={{ tenant }}>
          {text("top.all")}
        </Link>
      }
    >
      {actions.length === 0 ? (
        <span>{text("top.none")}</span>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" className={styles.head}>
                {text("column.title")}
              </th>
              <th scope="col" className={mergeClasses(styles.head, styles.number)}>
                {text("column.impact")}
              </th>
              <th scope="col" className={mergeClasses(styles.head, styles.number, styles.optional)}>
                {text("column.points")}
              </th>
              <th scope="col" className={mergeClasses(styles.head, styles.optional)}>
                {text("column.status")}
              </th>
              <th scope="col" className={mergeClasses(styles.head, styles.optional)}>
                {text("facet.category")}
              </th>
            </tr>
          </thead>
          <tbody>
            {actions.map((a) => (
              <tr key={a.id}>
                <td className={mergeClasses(styles.cell, styles.title)}>
                  <Link className={links.link} to={paths.action} params={{ tenant, id: a.id }}>
                    {a.title}
                  </Link>
                </td>
                <td className={mergeClasses(styles.cell, styles.number)}>{a.impact === null ? <Unknown reason={text("reason.none")} /> : format.impact(a.impact)}</td>
                <td className={mergeClasses(styles.cell, styles.number, styles.optional)}>{pointsText(a, format) ?? <Unknown reason={text("reason.none")} />}</td>
                <td className={mergeClasses(styles.cell, styles.optional)}>
                  <StatusLabel status={a.status} />
                </td>
                <td className={mergeClasses(styles.cell, styles.optional)}>{a.category}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
