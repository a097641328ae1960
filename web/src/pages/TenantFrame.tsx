// SPDX-License-Identifier: Apache-2.0

import { makeStyles, tokens } from "@fluentui/react-components";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, getRouteApi } from "@tanstack/react-router";
import { useRights } from "../api/can";
import { sessionQuery, tenantsQuery } from "../api/queries";
import { useFormat } from "../i18n/format";
import { paths } from "../paths";
import { AppBar } from "./AppBar";
import { NotFoundPage } from "./NotFoundPage";

const useStyles = makeStyles({
  skip: {
    position: "absolute",
    left: "-10000px",
    ":focus": { left: tokens.spacingHorizontalM, top: tokens.spacingVerticalS, zIndex: 10, padding: tokens.spacingHorizontalS, backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1 },
  },
  nav: {
    display: "flex",
    gap: tokens.spacingHorizontalXL,
    overflowX: "auto",
    padding: `0 ${tokens.spacingHorizontalXXL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 640px)": { padding: `0 ${tokens.spacingHorizontalM}` },
  },
  tab: {
    padding: `${tokens.spacingVerticalM} 0 calc(${tokens.spacingVerticalM} - 3px)`,
    borderBottom: "3px solid transparent",
    color: tokens.colorNeutralForeground2,
    textDecorationLine: "none",
    whiteSpace: "nowrap",
    ":hover": { color: tokens.colorNeutralForeground1, borderBottomColor: tokens.colorNeutralStroke1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
    "&[aria-current=page]": { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold, borderBottomColor: tokens.colorCompoundBrandStroke },
  },
  main: {
    maxWidth: "1720px",
    margin: "0 auto",
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalXXXL}`,
    outlineStyle: "none",
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalM },
  },
});

const route = getRouteApi("/t/$tenant");

export function TenantFrame() {
  const styles = useStyles();
  const { text } = useFormat();
  const { tenant: id } = route.useParams();
  const { data: tenants } = useSuspenseQuery(tenantsQuery);
  const { data: session } = useSuspenseQuery(sessionQuery);
  const rights = useRights(id);
  const tenant = tenants.find((t) => t.id === id);
  if (!tenant) {
    return <NotFoundPage />;
  }
  return (
    <>
      <a className={styles.skip} href="#main">
        {text("app.skip")}
      </a>
      <AppBar tenant={tenant} tenants={tenants} session={session} />
      <nav className={styles.nav} aria-label={text("app.pages")}>
        <Link className={styles.tab} to={paths.overview} params={{ tenant: id }}>
          {text("overview.title")}
        </Link>
        <Link className={styles.tab} to={paths.actions} params={{ tenant: id }} activeOptions={{ includeSearch: false }}>
          {text("actions.title")}
        </Link>
        <Link className={styles.tab} to={paths.identity} params={{ tenant: id }} activeOptions={{ includeSearch: false }}>
          {text("identity.tab")}
        </Link>
        {rights.here("people.read") && (
          <Link className={styles.tab} to={paths.access} params={{ tenant: id }} activeOptions={{ includeSearch: false }}>
            {text("access.title")}
          </Link>
        )}
        {rights.here("audit.read") && (
          <Link className={styles.tab} to={paths.audit} params={{ tenant: id }} activeOptions={{ includeSearch: false }}>
            {text("audit.title")}
          </Link>
        )}
      </nav>
      <main id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}
