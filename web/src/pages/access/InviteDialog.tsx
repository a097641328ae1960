// SPDX-License-Identifier: Apache-2.0

import { Input } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Person } from "../../api/client";
import { api, asProblem, read } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Dialog } from "../../ui/Dialog";
import { FormField } from "../../ui/FormField";
import { useChanged } from "./task";

/** InviteDialog makes somebody known before they sign in, or lets somebody in again who was removed. */
export function InviteDialog({ tenant, people, again, onInvited, onClose }: { tenant: string; people: readonly Person[]; again: Person | undefined; onInvited: (id: string) => void; onClose: () => void }) {
  const { text } = useFormat();
  const changed = useChanged();
  const list = useId();
  const [issuer, setIssuer] = useState(again?.issuer ?? "");
  const [subject, setSubject] = useState(again?.subject ?? "");
  const [name, setName] = useState(again?.name ?? "");
  const invite = useMutation({
    mutationFn: async () => {
      const { id } = await read(api.POST("/api/tenants/{tenant}/people", { params: { path: { tenant } }, body: { issuer: issuer.trim(), subject: subject.trim(), name: name.trim() } }));
      await changed();
      return id;
    },
    onSuccess: onInvited,
  });
  return (
    <Dialog title={text(again ? "invite.title.again" : "invite.title")} submit={text("invite.submit")} onSubmit={() => invite.mutate()} onClose={onClose} busy={invite.isPending} problem={invite.error && asProblem(invite.error)}>
      <p>{text("invite.text")}</p>
      <FormField label={text("invite.issuer")} hint={text("invite.issuer.hint")}>
        {(wiring) => <Input {...wiring} required value={issuer} maxLength={500} list={list} autoComplete="off" spellCheck={false} onChange={(_, { value }) => setIssuer(value)} />}
      </FormField>
      <datalist id={list}>
        {[...new Set(people.map((p) => p.issuer))].map((i) => (
          <option key={i} value={i}>
            {i}
          </option>
        ))}
      </datalist>
      <FormField label={text("invite.subject")} hint={text("invite.subject.hint")}>
        {(wiring) => <Input {...wiring} required value={subject} maxLength={255} autoComplete="off" spellCheck={false} onChange={(_, { value }) => setSubject(value)} />}
      </FormField>
      <FormField label={text("invite.name")}>{(wiring) => <Input {...wiring} value={name} maxLength={200} autoComplete="off" onChange={(_, { value }) => setName(value)} />}</FormField>
    </Dialog>
  );
}
