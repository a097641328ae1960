// SPDX-License-Identifier: Apache-2.0

import { Button, Spinner, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Token } from "../../api/client";
import { tokensQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { useTableStyles } from "../../ui/table";
import { Tag } from "../../ui/Tag";
import { Unknown } from "../../ui/Unknown";
import { ErrorPage } from "../ErrorPage";
import type { TokenState } from "./names";
import { tokenState } from "./names";
import { RevokeDialog } from "./RevokeDialog";
import type { AccessSearch } from "./search";
import { useTask } from "./task";
import { TokenDialog } from "./TokenDialog";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS, marginBottom: tokens.spacingVerticalM },
  text: { maxWidth: "720px", color: tokens.colorNeutralForeground2 },
  end: { marginLeft: "auto" },
  name: { minWidth: "160px", fontWeight: tokens.fontWeightSemibold },
  id: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

const colors: Record<TokenState, "success" | "danger" | "warning"> = { holds: "success", revoked: "danger", expired: "warning", ended: "danger" };

/** TokensPart lists the API tokens of an organisation, makes new ones and revokes them. */
export function TokensPart({ tenant, search }: { tenant: string; search: AccessSearch }) {
  const styles = useStyles();
  const { text } = useFormat();
  const { open, close } = useTask();
  const { data, error } = useQuery(tokensQuery(tenant));
  if (error && !data) {
    return <ErrorPage error={error} />;
  }
  if (!data) {
    return <Spinner label={text("app.loading")} />;
  }
  const chosen = search.do === "revoke" ? data.tokens.find((t) => t.id === search.id && t.ended === null) : undefined;
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.text}>{text("tokens.text")}</p>
        {data.roles.some((r) => r.mayGive) && (
          <Button className={styles.end} appearance="primary" icon={<AddRegular />} onClick={() => open("token")}>
            {text("tokens.make")}
          </Button>
        )}
      </div>
      <Table tokens={data.tokens} />
      {search.do === "token" && <TokenDialog tenant={tenant} roles={data.roles} onClose={close} />}
      {chosen && <RevokeDialog key={chosen.id} tenant={tenant} token={chosen} onClose={close} />}
    </>
  );
}

function Table({ tokens: list }: { tokens: readonly Token[] }) {
  const table = useTableStyles();
  const { text } = useFormat();
  return (
    // Focusable, so that it can be scrolled by keyboard.
    <section className={table.scroll} aria-label={text("access.tokens")} tabIndex={0}>
      <table className={table.table}>
        <thead>
          <tr>
            {(["name", "role", "by", "expires", "used", "state", "do"] as const).map((c) => (
              <th key={c} scope="col" className={table.head}>
                {text(`tokens.${c}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {list.map((t) => (
            <Row key={t.id} token={t} />
          ))}
          {list.length === 0 && (
            <tr>
              <td className={table.cell} colSpan={7}>
                {text("tokens.none")}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

function Row({ token }: { token: Token }) {
  const styles = useStyles();
  const table = useTableStyles();
  const { text, time, date } = useFormat();
  const { open } = useTask();
  const [now] = useState(() => new Date());
  const state = tokenState(token, now);
  return (
    <tr>
      <th scope="row" className={mergeClasses(table.cell, styles.name)}>
        {token.name}
        <span className={mergeClasses(table.note, styles.id)}>{token.id}</span>
      </th>
      <td className={table.cell}>
        {token.title}
        <span className={table.note}>{token.scope}</span>
      </td>
      <td className={table.cell}>
        {token.by}
        <span className={table.note}>{date(token.created)}</span>
      </td>
      <td className={mergeClasses(table.cell, table.once)}>
        <time dateTime={token.expires} title={time(token.expires)}>
          {date(token.expires)}
        </time>
      </td>
      <td className={mergeClasses(table.cell, table.once)}>{token.used === null ? <Unknown reason={text("tokens.never")} /> : time(token.used)}</td>
      <td className={table.cell}>
        <Tag color={colors[state]}>
          {text(`tokens.state.${state}`)}
        </Tag>
        {token.ended !== null && <span className={table.note}>{time(token.ended)}</span>}
      </td>
      <td className={table.cell}>
        {token.holds && (
          <Button size="small" appearance="subtle" aria-label={text("tokens.revoke.what", { name: token.name })} onClick={() => open("revoke", token.id)}>
            {text("tokens.revoke")}
          </Button>
        )}
      </td>
    </tr>
  );
}
