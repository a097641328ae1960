// SPDX-License-Identifier: Apache-2.0

import { Button, Input, Select, makeStyles, tokens } from "@fluentui/react-components";
import { CopyRegular } from "@fluentui/react-icons";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { NewToken, Role } from "../../api/client";
import { api, asProblem, read } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { oneOf } from "../../search";
import { Banner } from "../../ui/Banner";
import { Dialog } from "../../ui/Dialog";
import { FormField } from "../../ui/FormField";
import { useChanged } from "./task";

const useStyles = makeStyles({
  secret: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  value: { flexGrow: 1, minWidth: "200px", "& input": { fontFamily: tokens.fontFamilyMonospace } },
});

const scopes = ["SecurityEvents.Read.All", "SecurityEvents.ReadWrite.All"] as const;
type Scope = (typeof scopes)[number];

/** TokenDialog makes an API token, and shows its secret once. The secret is nowhere but in this dialog. */
export function TokenDialog({ tenant, roles, onClose }: { tenant: string; roles: readonly Role[]; onClose: () => void }) {
  const { text } = useFormat();
  const changed = useChanged();
  const [made, setMade] = useState<NewToken | null>(null);
  const [name, setName] = useState("");
  const [role, setRole] = useState("");
  const [scope, setScope] = useState<Scope>("SecurityEvents.Read.All");
  const [days, setDays] = useState("90");
  const make = useMutation({
    mutationFn: () => read(api.POST("/api/tenants/{tenant}/tokens", { params: { path: { tenant } }, body: { name: name.trim(), role, scope, days: Number(days) } })),
    onSuccess: (token) => {
      setMade(token);
      void changed();
    },
    gcTime: 0,
  });
  if (made) {
    return <Secret made={made} onClose={onClose} />;
  }
  const readOnly = roles.find((r) => r.role === role)?.readOnly ?? false;
  return (
    <Dialog title={text("token.title")} submit={text("token.submit")} onSubmit={() => make.mutate()} onClose={onClose} busy={make.isPending} problem={make.error && asProblem(make.error)}>
      <FormField label={text("token.name")} hint={text("token.name.hint")}>
        {(wiring) => <Input {...wiring} required value={name} maxLength={200} autoComplete="off" onChange={(_, { value }) => setName(value)} />}
      </FormField>
      <FormField label={text("give.role")} hint={text("token.role.hint")}>
        {(wiring) => (
          <Select
            {...wiring}
            required
            value={role}
            onChange={(_, { value }) => {
              setRole(value);
              if (roles.find((r) => r.role === value)?.readOnly) {
                setScope("SecurityEvents.Read.All");
              }
            }}
          >
            <option value="">{text("give.role.choose")}</option>
            {roles
              .filter((r) => r.mayGive)
              .map((r) => (
                <option key={r.role} value={r.role}>
                  {text(r.readOnly ? "role.reads" : "role.writes", { role: r.title })}
                </option>
              ))}
          </Select>
        )}
      </FormField>
      <FormField label={text("token.scope")}>
        {(wiring) => (
          <Select {...wiring} value={scope} onChange={(_, { value }) => setScope(oneOf(scopes, value) ?? "SecurityEvents.Read.All")}>
            {scopes.map((s) => (
              <option key={s} value={s} disabled={readOnly && s === "SecurityEvents.ReadWrite.All"}>
                {text(s === "SecurityEvents.Read.All" ? "token.scope.read" : "token.scope.write", { scope: s })}
              </option>
            ))}
          </Select>
        )}
      </FormField>
      <FormField label={text("token.days")} hint={text("token.days.hint")}>
        {(wiring) => <Input {...wiring} type="number" required min={1} max={365} step={1} value={days} onChange={(_, { value }) => setDays(value)} />}
      </FormField>
    </Dialog>
  );
}

function Secret({ made, onClose }: { made: NewToken; onClose: () => void }) {
  const styles = useStyles();
  const { text } = useFormat();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = () =>
    void navigator.clipboard.writeText(made.secret).then(
      () => setCopied(true),
      () => {
        // The browser may not let pages write the clipboard: the text is marked for the reader's own keys.
        field.current?.select();
        setCopied(false);
      },
    );
  return (
    <Dialog title={text("secret.title", { name: made.token.name })} submit={text("secret.done")} onSubmit={onClose} onClose={onClose} locked>
      <Banner intent="warning">{text("secret.warning")}</Banner>
      <FormField label={text("secret.label")}>
        {(wiring) => (
          <span className={styles.secret}>
            <Input {...wiring} ref={field} className={styles.value} readOnly value={made.secret} onFocus={(event) => event.target.select()} />
            <Button icon={<CopyRegular />} onClick={copy}>
              {text("secret.copy")}
            </Button>
          </span>
        )}
      </FormField>
      <span role="status">{copied !== null && text(copied ? "secret.copied" : "secret.notCopied")}</span>
    </Dialog>
  );
}
