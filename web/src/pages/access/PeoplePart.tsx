// SPDX-License-Identifier: Apache-2.0

import { Button, SearchBox, Spinner, makeStyles, tokens } from "@fluentui/react-components";
import { PersonAddRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { PeopleList } from "../../api/client";
import { useRights } from "../../api/can";
import { peopleQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { ErrorPage } from "../ErrorPage";
import { EndGrantDialog, RemoveDialog } from "./EndingDialog";
import { GiveDialog } from "./GiveDialog";
import { InviteDialog } from "./InviteDialog";
import { filterPeople } from "./names";
import { PeopleTable } from "./PeopleTable";
import type { AccessSearch } from "./search";
import { useTask } from "./task";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS, marginBottom: tokens.spacingVerticalM },
  search: { flexGrow: 1, minWidth: "200px", maxWidth: "420px" },
  count: { color: tokens.colorNeutralForeground2 },
  end: { marginLeft: "auto" },
});

export function PeoplePart({ tenant, search }: { tenant: string; search: AccessSearch }) {
  const styles = useStyles();
  const { text } = useFormat();
  const rights = useRights(tenant);
  const { open } = useTask();
  const { data, error } = useQuery(peopleQuery(tenant));
  if (error && !data) {
    return <ErrorPage error={error} />;
  }
  if (!data) {
    return <Spinner label={text("app.loading")} />;
  }
  const shown = filterPeople(data.people, search.q ?? "");
  return (
    <>
      <div className={styles.bar} role="search" aria-label={text("people.find")}>
        <Find search={search} />
        <span className={styles.count} role="status">
          {text("people.count", { count: shown.length })}
        </span>
        {rights.here("reading.grant") && (
          <Button className={styles.end} appearance="primary" icon={<PersonAddRegular />} onClick={() => open("invite")}>
            {text("people.invite")}
          </Button>
        )}
      </div>
      <PeopleTable people={shown} rights={rights} />
      <Dialogs tenant={tenant} search={search} list={data} />
    </>
  );
}

function Find({ search }: { search: AccessSearch }) {
  const styles = useStyles();
  const { text } = useFormat();
  const navigate = useNavigate({ from: paths.access });
  const [typed, setTyped] = useState(search.q ?? "");
  const set = (q: string) => {
    setTyped(q);
    void navigate({ search: q === "" ? {} : { q }, replace: true, resetScroll: false });
  };
  return <SearchBox className={styles.search} value={typed} placeholder={text("people.search")} aria-label={text("people.search")} maxLength={200} onChange={(_, { value }) => set(value)} />;
}

/** Dialogs are what the address asks for, when it is about something that is there. */
function Dialogs({ tenant, search, list }: { tenant: string; search: AccessSearch; list: PeopleList }) {
  const { close, open } = useTask();
  const person = list.people.find((p) => p.id === search.id);
  switch (search.do) {
    case "invite":
      return <InviteDialog tenant={tenant} people={list.people} again={person} onInvited={(id) => open("give", id)} onClose={close} />;
    case "give":
      return person ? <GiveDialog key={person.id} tenant={tenant} person={person} roles={list.roles} onClose={close} /> : null;
    case "end": {
      const holder = list.people.find((p) => p.roles.some((r) => r.mayEnd && String(r.grant) === search.id));
      const role = holder?.roles.find((r) => String(r.grant) === search.id);
      return holder && role ? <EndGrantDialog key={role.grant} tenant={tenant} person={holder} role={role} people={list.people} onClose={close} /> : null;
    }
    case "remove":
      return person ? <RemoveDialog key={person.id} tenant={tenant} person={person} people={list.people} onClose={close} /> : null;
    default:
      return null;
  }
}
