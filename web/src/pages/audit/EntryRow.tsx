// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { AuditEntry, Person } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { useLinkStyles } from "../../ui/links";
import { useTableStyles } from "../../ui/table";
import { nameOf } from "../access/names";
import { Tag } from "../../ui/Tag";
import { changes } from "./change";
import { known } from "./words";

const useStyles = makeStyles({
  who: { minWidth: "150px" },
  what: { minWidth: "170px" },
  details: { minWidth: "300px" },
  outcome: { marginTop: tokens.spacingVerticalXXS },
  changes: { display: "grid", gridTemplateColumns: "minmax(90px, auto) 1fr", gap: `2px ${tokens.spacingHorizontalM}`, margin: 0, fontSize: tokens.fontSizeBase200 },
  term: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0 },
  gone: { color: tokens.colorNeutralForeground2, textDecorationLine: "line-through" },
  came: { textDecorationLine: "none", fontWeight: tokens.fontWeightSemibold },
  raw: { margin: 0, whiteSpace: "pre-wrap", fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

const colors: Record<AuditEntry["outcome"], "success" | "warning" | "danger"> = { done: "success", denied: "danger", failed: "warning" };

/** EntryRow is one line of the log: when, who and from where, what, about what, and what changed. */
export function EntryRow({ entry, tenant, people }: { entry: AuditEntry; tenant: string; people: readonly Person[] }) {
  const styles = useStyles();
  const table = useTableStyles();
  const format = useFormat();
  const { text, moment, utc } = format;
  return (
    <tr>
      <td className={mergeClasses(table.cell, table.once)}>
        <time dateTime={entry.at} title={utc(entry.at)}>
          {moment(entry.at)}
        </time>
      </td>
      <td className={mergeClasses(table.cell, styles.who)}>
        <Actor entry={entry} tenant={tenant} people={people} />
        <span className={table.note}>{known("via", entry.via, format)}</span>
        {entry.from !== "" && <span className={table.note}>{text("audit.from", { address: entry.from })}</span>}
      </td>
      <td className={mergeClasses(table.cell, styles.what)}>
        {known("event", entry.event, format)}
        <div className={styles.outcome}>
          <Tag color={colors[entry.outcome]}>
            {text(`audit.outcome.${entry.outcome}`)}
          </Tag>
        </div>
      </td>
      <td className={table.cell}>
        <Target entry={entry} tenant={tenant} people={people} />
      </td>
      <td className={mergeClasses(table.cell, styles.details)}>
        {entry.erased ? text("audit.erased") : entry.reason}
        <Changes entry={entry} />
        <span className={table.note}>{text(entry.log === "tenant" ? "audit.place.tenant" : "audit.place.installation", { sequence: entry.sequence })}</span>
        {entry.request !== "" && <span className={table.note}>{text("problem.request", { id: entry.request })}</span>}
      </td>
    </tr>
  );
}

function Actor({ entry, tenant, people }: { entry: AuditEntry; tenant: string; people: readonly Person[] }) {
  const links = useLinkStyles();
  const { text } = useFormat();
  const name = entry.name !== "" ? entry.name : entry.actor.startsWith("person:") ? nameOf(people, entry.actor.slice("person:".length)) : entry.actor;
  if (entry.actor === "") {
    return <span>{name === "" ? text("audit.nobody") : name}</span>;
  }
  return (
    <Link className={links.link} to={paths.audit} params={{ tenant }} search={(previous) => ({ ...previous, actor: entry.actor })} replace resetScroll={false} title={text("audit.actor.only")}>
      {name}
    </Link>
  );
}

/** Target names what an entry is about, as far as the reader's own lists tell. */
function Target({ entry, tenant, people }: { entry: AuditEntry; tenant: string; people: readonly Person[] }) {
  const links = useLinkStyles();
  const format = useFormat();
  if (entry.event.startsWith("decision.") && entry.target !== "") {
    return (
      <Link className={links.link} to={paths.action} params={{ tenant, id: entry.target }}>
        {entry.target}
      </Link>
    );
  }
  return <span>{entry.event === "access.refused" ? known("right", entry.target, format) : nameOf(people, entry.target)}</span>;
}

function Changes({ entry }: { entry: AuditEntry }) {
  const styles = useStyles();
  const format = useFormat();
  const { text } = format;
  if (entry.before === "" && entry.after === "") {
    return null;
  }
  const list = changes(entry.before, entry.after);
  if (!list) {
    return (
      <pre className={styles.raw}>
        {entry.before} → {entry.after}
      </pre>
    );
  }
  return (
    <dl className={styles.changes}>
      {list.map((c) => (
        <Pair key={c.path} label={known("change", c.path, format)}>
          {c.before !== undefined && <del className={styles.gone}>{c.before}</del>}
          {c.before !== undefined && c.after !== undefined && text("audit.arrow")}
          {c.after !== undefined && <ins className={styles.came}>{c.after}</ins>}
        </Pair>
      ))}
    </dl>
  );
}

function Pair({ label, children }: { label: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <>
      <dt className={styles.term}>{label}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  );
}
