// SPDX-License-Identifier: Apache-2.0

import { Spinner, makeStyles, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { Consequences, HeldRole, Person } from "../../api/client";
import { api, asProblem, read } from "../../api/client";
import { tenantsQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { Dialog } from "../../ui/Dialog";
import { nameOf, shownName, tenantName } from "./names";
import { useChanged } from "./task";

const useStyles = makeStyles({
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, maxHeight: "40vh", overflowY: "auto" },
});

type End = (confirm: boolean, signal?: AbortSignal) => Promise<Consequences>;

/** EndGrantDialog takes a role back, after a warning. */
export function EndGrantDialog({ tenant, person, role, people, onClose }: { tenant: string; person: Person; role: HeldRole; people: readonly Person[]; onClose: () => void }) {
  const { text } = useFormat();
  const end: End = (confirm, signal) => read(api.DELETE("/api/tenants/{tenant}/grants/{grant}", { params: { path: { tenant, grant: role.grant }, query: { confirm } }, ...(signal && { signal }) }));
  return <EndingDialog what={["grant", tenant, String(role.grant)]} title={text("end.title", { role: role.title, name: shownName(person) })} submit={text("end.submit")} people={people} end={end} onClose={onClose} />;
}

/** RemoveDialog takes all access of somebody away, after a warning. */
export function RemoveDialog({ tenant, person, people, onClose }: { tenant: string; person: Person; people: readonly Person[]; onClose: () => void }) {
  const { text } = useFormat();
  const end: End = (confirm, signal) => read(api.DELETE("/api/people/{person}", { params: { path: { person: person.id }, query: { confirm } }, ...(signal && { signal }) }));
  return <EndingDialog what={["person", tenant, person.id]} title={text("remove.title", { name: shownName(person) })} note={text("remove.text")} submit={text("remove.submit")} people={people} end={end} onClose={onClose} />;
}

/** EndingDialog asks the server what would end, shows it, and does it when that is confirmed. */
function EndingDialog({ what, title, note, submit, people, end, onClose }: { what: string[]; title: string; note?: string; submit: string; people: readonly Person[]; end: End; onClose: () => void }) {
  const { text } = useFormat();
  const changed = useChanged();
  const warning = useQuery({ queryKey: ["ending", ...what], queryFn: ({ signal }) => end(false, signal), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false });
  const confirm = useMutation({
    mutationFn: async () => {
      await end(true);
      await changed();
    },
    onSuccess: onClose,
  });
  const problem = confirm.error ?? warning.error;
  return (
    <Dialog title={title} submit={submit} onSubmit={() => confirm.mutate()} onClose={onClose} busy={confirm.isPending} waiting={!warning.data} final problem={problem && asProblem(problem)}>
      {note !== undefined && <p>{note}</p>}
      {warning.data ? <Warning consequences={warning.data} people={people} /> : !warning.error && <Spinner label={text("app.loading")} />}
    </Dialog>
  );
}

function Warning({ consequences, people }: { consequences: Consequences; people: readonly Person[] }) {
  const styles = useStyles();
  const { text } = useFormat();
  const { data: tenants } = useSuspenseQuery(tenantsQuery);
  const { grants, tokens: ended } = consequences;
  if (grants.length + ended.length === 0) {
    return <p>{text("end.nothing")}</p>;
  }
  return (
    <div>
      <p>{text("end.warning", { grants: grants.length, tokens: ended.length })}</p>
      <ul className={styles.list}>
        {grants.map((g) => (
          <li key={g.grant}>
            {g.tenant === ""
              ? text("end.grant.everywhere", { role: g.title, name: nameOf(people, g.person) })
              : text("end.grant", { role: g.title, name: nameOf(people, g.person), tenant: tenantName(tenants, g.tenant) })}
          </li>
        ))}
        {ended.map((t) => (
          <li key={t.id}>{text("end.token", { name: t.name, id: t.id, tenant: tenantName(tenants, t.tenant) })}</li>
        ))}
      </ul>
    </div>
  );
}
