// SPDX-License-Identifier: Apache-2.0

import { Select, makeStyles, tokens } from "@fluentui/react-components";
import { PersonRegular } from "@fluentui/react-icons";
import { useNavigate } from "@tanstack/react-router";
import type { Session, Tenant } from "../api/client";
import { useFormat } from "../i18n/format";
import { paths } from "../paths";
import { oneOf } from "../search";
import { Tag } from "../ui/Tag";
import { chooseTheme, themeChoices, useTheme } from "../ui/theme";
import { Wordmark } from "../ui/Wordmark";
import { SignOut } from "./SignOut";

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
  end: { display: "flex", flexWrap: "wrap", alignItems: "center", justifyContent: "flex-end", gap: tokens.spacingHorizontalS, minWidth: 0, marginLeft: "auto" },
  person: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS, minWidth: 0, color: tokens.colorNeutralForeground2 },
  name: { maxWidth: "220px", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  icon: { flexShrink: 0, fontSize: "16px" },
});

export function AppBar({ tenant, tenants, session }: { tenant: Tenant; tenants: readonly Tenant[]; session: Session }) {
  const styles = useStyles();
  const { text } = useFormat();
  return (
    <header className={styles.bar}>
      <Wordmark />
      <span className={styles.tenant}>
        {tenants.length > 1 ? <TenantChoice tenant={tenant} tenants={tenants} /> : tenant.name}
        {tenant.sample && (
          <Tag color="warning" title={text("app.sample.hint")}>
            {text("app.sample")}
          </Tag>
        )}
      </span>
      <span className={styles.end}>
        <ThemeChoice />
        <Who session={session} />
        <SignOut />
      </span>
    </header>
  );
}

function Who({ session }: { session: Session }) {
  const styles = useStyles();
  const { text } = useFormat();
  const name = session.operator ? text("app.operator") : session.name;
  return (
    <span className={styles.person} title={text("app.signedIn", { name })}>
      <PersonRegular className={styles.icon} aria-hidden="true" />
      <span className={styles.name}>{name}</span>
    </span>
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
