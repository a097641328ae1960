// SPDX-License-Identifier: Apache-2.0

import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { HeldRole, Person } from "../../api/client";
import type { Rights } from "../../api/can";
import { useFormat } from "../../i18n/format";
import { useTableStyles } from "../../ui/table";
import { Tag } from "../../ui/Tag";
import { Unknown } from "../../ui/Unknown";
import { shownName } from "./names";
import { useTask } from "./task";

const useStyles = makeStyles({
  name: { fontWeight: tokens.fontWeightSemibold },
  person: { minWidth: "200px" },
  roles: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, minWidth: "280px", margin: 0, padding: 0, listStyleType: "none" },
  role: { display: "flex", alignItems: "flex-start", justifyContent: "space-between", gap: tokens.spacingHorizontalM },
  issuer: { maxWidth: "280px" },
});

/** PeopleTable lists people with what they hold here, and what may be done about it. */
export function PeopleTable({ people, rights }: { people: readonly Person[]; rights: Rights }) {
  const table = useTableStyles();
  const { text } = useFormat();
  return (
    // Focusable, so that it can be scrolled by keyboard.
    <section className={table.scroll} aria-label={text("access.people")} tabIndex={0}>
      <table className={table.table}>
        <thead>
          <tr>
            {(["person", "roles", "seen", "do"] as const).map((c) => (
              <th key={c} scope="col" className={table.head}>
                {text(`people.${c}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((p) => (
            <Row key={p.id} person={p} rights={rights} />
          ))}
          {people.length === 0 && (
            <tr>
              <td className={table.cell} colSpan={4}>
                {text("people.none")}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

function Row({ person, rights }: { person: Person; rights: Rights }) {
  const styles = useStyles();
  const table = useTableStyles();
  const { text, time } = useFormat();
  const { open } = useTask();
  const name = shownName(person);
  const gone = person.removed !== null;
  return (
    <tr>
      <th scope="row" className={mergeClasses(table.cell, styles.person)}>
        <span className={styles.name}>{name}</span>
        {person.email !== "" && person.email !== name && <span className={table.note}>{person.email}</span>}
        <span className={mergeClasses(table.note, styles.issuer)}>{text("people.issuer", { issuer: person.issuer, subject: person.subject })}</span>
        {person.removed !== null && (
          <Tag color="danger">
            {text("people.removed", { time: time(person.removed) })}
          </Tag>
        )}
      </th>
      <td className={table.cell}>
        {person.roles.length === 0 ? (
          <span className={table.note}>{text("people.noRole")}</span>
        ) : (
          <ul className={styles.roles}>
            {person.roles.map((r) => (
              <Role key={`${String(r.grant)} ${r.role}`} role={r} name={name} />
            ))}
          </ul>
        )}
      </td>
      <td className={mergeClasses(table.cell, table.once)}>{person.seen === null ? <Unknown reason={text("people.never")} /> : time(person.seen)}</td>
      <td className={table.cell}>
        <span className={table.buttons}>
          {!gone && rights.here("reading.grant") && (
            <Button size="small" aria-label={text("people.give.to", { name })} onClick={() => open("give", person.id)}>
              {text("people.give")}
            </Button>
          )}
          {!gone && rights.everywhere("people.manage") && (
            <Button size="small" appearance="subtle" aria-label={text("people.remove.who", { name })} onClick={() => open("remove", person.id)}>
              {text("people.remove")}
            </Button>
          )}
          {gone && rights.everywhere("people.manage") && (
            <Button size="small" aria-label={text("people.again.who", { name })} onClick={() => open("invite", person.id)}>
              {text("people.again")}
            </Button>
          )}
        </span>
      </td>
    </tr>
  );
}

function Role({ role, name }: { role: HeldRole; name: string }) {
  const styles = useStyles();
  const table = useTableStyles();
  const { text, date } = useFormat();
  const { open } = useTask();
  return (
    <li className={styles.role}>
      <span>
        {role.everywhere ? text("people.role.everywhere", { role: role.title }) : role.title}
        <span className={table.note}>
          {role.grant === 0 ? text("people.role.issuer") : text("people.role.given", { by: role.by, date: role.at === null ? "–" : date(role.at) })}
          {role.reason !== "" && ` ${text("people.role.reason", { reason: role.reason })}`}
        </span>
      </span>
      {role.mayEnd && (
        <Button size="small" appearance="subtle" aria-label={text("people.end.what", { role: role.title, name })} onClick={() => open("end", String(role.grant))}>
          {text("people.end")}
        </Button>
      )}
    </li>
  );
}
