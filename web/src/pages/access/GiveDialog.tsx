// SPDX-License-Identifier: Apache-2.0

import { Input, Select, makeStyles, tokens } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useRights } from "../../api/can";
import type { Person, Role } from "../../api/client";
import { api, asProblem, read } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Dialog } from "../../ui/Dialog";
import { FormField } from "../../ui/FormField";
import { shownName } from "./names";
import { useChanged } from "./task";

const useStyles = makeStyles({
  check: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS, "& input": { width: "16px", height: "16px", margin: 0, accentColor: tokens.colorCompoundBrandBackground } },
});

/** GiveDialog gives somebody a role: one of those that the reader may give. */
export function GiveDialog({ tenant, person, roles, onClose }: { tenant: string; person: Person; roles: readonly Role[]; onClose: () => void }) {
  const styles = useStyles();
  const { text } = useFormat();
  const rights = useRights(tenant);
  const changed = useChanged();
  const [role, setRole] = useState("");
  const [reason, setReason] = useState("");
  const [everywhere, setEverywhere] = useState(false);
  const give = useMutation({
    mutationFn: async () => {
      await read(api.POST("/api/tenants/{tenant}/grants", { params: { path: { tenant } }, body: { person: person.id, role, reason, everywhere } }));
      await changed();
    },
    onSuccess: onClose,
  });
  const held = new Set(person.roles.filter((r) => r.grant !== 0 && r.everywhere === everywhere).map((r) => r.role));
  const choices = roles.filter((r) => r.mayGive && !held.has(r.role));
  return (
    <Dialog title={text("give.title", { name: shownName(person) })} submit={text("give.submit")} onSubmit={() => give.mutate()} onClose={onClose} busy={give.isPending} problem={give.error && asProblem(give.error)}>
      <FormField label={text("give.role")} hint={text("give.role.hint")}>
        {(wiring) => (
          <Select {...wiring} required value={role} onChange={(_, { value }) => setRole(value)}>
            <option value="">{text("give.role.choose")}</option>
            {choices.map((r) => (
              <option key={r.role} value={r.role}>
                {text(r.readOnly ? "role.reads" : "role.writes", { role: r.title })}
              </option>
            ))}
          </Select>
        )}
      </FormField>
      <FormField label={text("give.reason")} hint={text("give.reason.hint")}>
        {(wiring) => <Input {...wiring} value={reason} maxLength={500} onChange={(_, { value }) => setReason(value)} />}
      </FormField>
      {rights.everywhere("people.manage") && (
        <label className={styles.check}>
          <input type="checkbox" checked={everywhere} onChange={(event) => setEverywhere(event.target.checked)} />
          {text("give.everywhere")}
        </label>
      )}
    </Dialog>
  );
}
