// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import type { Action } from "../api/client";
import { useFormat } from "../i18n/format";
import { paths } from "../paths";
import { useLinkStyles } from "./links";
import { pointsText, stateText } from "./reason";
import { StatusLabel } from "./StatusLabel";
import { Unknown } from "./Unknown";

const narrow = "@media (max-width: 720px)";

const useStyles = makeStyles({
  table: { width: "100%", borderCollapse: "collapse" },
  head: { padding: tokens.spacingHorizontalS, textAlign: "left", fontWeight: tokens.fontWeightSemibold, whiteSpace: "nowrap", ":first-child": { paddingLeft: 0 }, [narrow]: { whiteSpace: "normal" } },
  cell: { padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalS}`, borderTop: `1px solid ${tokens.colorNeutralStroke2}`, whiteSpace: "nowrap", ":first-child": { paddingLeft: 0 } },
  title: { whiteSpace: "normal" },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
  optional: { [narrow]: { display: "none" } },
});

/** ActionList is a plain table of actions that lead to their details. A ranked one shows the rank of each, and its product in place of its category. */
export function ActionList({ actions, tenant, ranked = false }: { actions: readonly Action[]; tenant: string; ranked?: boolean }) {
  const styles = useStyles();
  const links = useLinkStyles();
  const format = useFormat();
  const { text } = format;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          {ranked && (
            <th scope="col" className={mergeClasses(styles.head, styles.number)}>
              {text("column.rank")}
            </th>
          )}
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
            {text(ranked ? "facet.product" : "facet.category")}
          </th>
        </tr>
      </thead>
      <tbody>
        {actions.map((a) => (
          <tr key={a.id}>
            {ranked && <td className={mergeClasses(styles.cell, styles.number)}>{a.rank === null ? <Unknown reason={text("action.noRank")} /> : format.count(a.rank)}</td>}
            <td className={mergeClasses(styles.cell, styles.title)}>
              <Link className={links.link} to={paths.action} params={{ tenant, id: a.id }}>
                {a.title}
              </Link>
            </td>
            <td className={mergeClasses(styles.cell, styles.number)}>{a.impact === null ? <Unknown reason={stateText(a, format) || text("reason.none")} /> : format.impact(a.impact)}</td>
            <td className={mergeClasses(styles.cell, styles.number, styles.optional)}>{pointsText(a, format) ?? <Unknown reason={stateText(a, format) || text("reason.none")} />}</td>
            <td className={mergeClasses(styles.cell, styles.optional)}>
              <StatusLabel status={a.status} />
            </td>
            <td className={mergeClasses(styles.cell, styles.optional)}>{ranked ? a.product : a.category}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
