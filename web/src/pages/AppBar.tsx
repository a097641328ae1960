// SPDX-License-Identifier: Apache-2.0

import { Badge, Button, Select, makeStyles, tokens } from "@fluentui/react-components";
import { SignOutRegular } from "@fluentui/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Tenant } from "../api/client";
import { api } from "../api/client";
import { useFormat } from "../i18n/format";
import { paths } from "../paths";
import { oneOf } from "../search";
import { chooseTheme, themeChoices, useTheme } from "../ui/theme";
import { Wordmark } from "../ui/Wordmark";

const useStyles = makeStyles({
  bar: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 640px)": { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`, columnGap: tokens.spacingHorizontalS },
  },
  tenant: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalS, minWidth: 0 },
  end: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS, marginLeft: "auto" },
});

export function AppBar({ tenant, tenants }: { tenant: Tenant; tenants: readonly Tenant[] }) {
  const styles = useStyles();
  const { text } = useFormat();
  return (
    <header className={styles.bar}>
      <Wordmark />
      <span className={styles.tenant}>
        {tenants.length > 1 ? <TenantChoice tenant={tenant} tenants={tenants} /> : tenant.name}
        {tenant.sample && (
          <Badge appearance="tint" color="warning" title={text("app.sample.hint")}>
            {text("app.sample")}
          </Badge>
        )}
      </span>
      <span className={styles.end}>
        <ThemeChoice />
        <SignOut />
      </span>
    </header>
  );
}

function TenantChoice({ tenant, tenants }: { tenant: Tenant; tenants: readonly Tenant[] }) {
  const { text } = useFormat();
  const navigate = useNavigate();
  return (
    <Select size="small" value={tenant.id} aria-label={text("app.tenant")} onChange={(_, { value }) => void navigate({ to: paths.overview, params: { tenant: value } })}>
      {tenants.map((t) => (
        <option key={t.id} value={t.id}>
          {t.name}
        </option>
      ))}
    </Select>
  );
}

function ThemeChoice() {
  const { text } = useFormat();
  const { choice } = useTheme();
  return (
    <Select size="small" value={choice} aria-label={text("app.theme")} onChange={(_, { value }) => chooseTheme(oneOf(themeChoices, value) ?? "system")}>
      {themeChoices.map((c) => (
        <option key={c} value={c}>
          {text(`app.theme.${c}`)}
        </option>
      ))}
    </Select>
  );
}

function SignOut() {
  const { text } = useFormat();
  const navigate = useNavigate();
  const client = useQueryClient();
  const signOut = async () => {
    await api.DELETE("/api/session");
    client.clear();
    await navigate({ to: paths.signIn });
  };
  return (
    <Button size="small" appearance="subtle" icon={<SignOutRegular />} onClick={() => void signOut()}>
      {text("app.signOut")}
    </Button>
  );
}
