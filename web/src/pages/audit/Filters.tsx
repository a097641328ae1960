// SPDX-License-Identifier: Apache-2.0

import { Button, Input, Select, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { peopleQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { shownName } from "../access/names";
import type { AuditSearch } from "./search";
import { events } from "./search";
import { known } from "./words";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "end", gap: tokens.spacingHorizontalM, margin: `${tokens.spacingVerticalM} 0` },
  field: { display: "flex", flexDirection: "column", gap: "2px", minWidth: 0, fontSize: tokens.fontSizeBase200 },
  select: { maxWidth: "260px" },
});

/** Filters narrow the log by what the address holds. */
export function Filters({ tenant, search }: { tenant: string; search: AuditSearch }) {
  const styles = useStyles();
  const format = useFormat();
  const { text } = format;
  const navigate = useNavigate({ from: paths.audit });
  const { data } = useQuery(peopleQuery(tenant));
  const set = (change: Partial<Record<keyof AuditSearch, string>>) => void navigate({ search: (previous) => ({ ...previous, ...change }), replace: true, resetScroll: false });
  const people = (data?.people ?? []).map((p) => ({ actor: `person:${p.id}`, name: shownName(p) }));
  const actors = [{ actor: "operator", name: text("audit.operator") }, ...people];
  const { from = "", to = "", actor = "", event = "" } = search;
  return (
    <div className={styles.bar} role="search" aria-label={text("audit.filter")}>
      <label className={styles.field}>
        {text("trend.from")}
        <Input type="date" value={from} {...(to !== "" && { max: to })} onChange={(_, { value }) => set({ from: value })} />
      </label>
      <label className={styles.field}>
        {text("trend.to")}
        <Input type="date" value={to} {...(from !== "" && { min: from })} onChange={(_, { value }) => set({ to: value })} />
      </label>
      <label className={styles.field}>
        {text("audit.event")}
        <Select className={styles.select} value={event} onChange={(_, { value }) => set({ event: value })}>
          <option value="">{text("audit.event.all")}</option>
          {(event === "" || events.some((e) => e === event) ? events : [...events, event]).map((e) => (
            <option key={e} value={e}>
              {known("event", e, format)}
            </option>
          ))}
        </Select>
      </label>
      <label className={styles.field}>
        {text("audit.actor")}
        <Select className={styles.select} value={actor} onChange={(_, { value }) => set({ actor: value })}>
          <option value="">{text("audit.actor.all")}</option>
          {(actor === "" || actors.some((a) => a.actor === actor) ? actors : [...actors, { actor, name: actor }]).map((a) => (
            <option key={a.actor} value={a.actor}>
              {a.name}
            </option>
          ))}
        </Select>
      </label>
      {[from, to, actor, event].some((value) => value !== "") && (
        <Button appearance="subtle" onClick={() => void navigate({ search: {}, replace: true, resetScroll: false })}>
          {text("actions.filter.clear")}
        </Button>
      )}
    </div>
  );
}
