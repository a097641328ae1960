// SPDX-License-Identifier: Apache-2.0

import { Button, DrawerBody, DrawerHeader, OverlayDrawer, Spinner, Tab, TabList, Title3, Tooltip, makeStyles, tokens } from "@fluentui/react-components";
import { ArrowDownRegular, ArrowUpRegular, DismissRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { use, useEffect, useId, useRef } from "react";
import type { ActionDetail } from "../../api/client";
import { actionQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { ErrorPage } from "../ErrorPage";
import { ActionOrder } from "../actions/order";
import { parseActionSearch } from "../actions/search";
import { About } from "./About";
import { Affected } from "./Affected";
import { ActionHistory } from "./ActionHistory";
import { Figures } from "./Figures";
import type { DetailSearch, Tab as TabName } from "./search";
import { tabs } from "./search";

const useStyles = makeStyles({
  drawer: { width: "min(980px, 100vw)", maxWidth: "100vw" },
  header: { "@media (max-width: 640px)": { paddingLeft: tokens.spacingHorizontalM, paddingRight: tokens.spacingHorizontalM } },
  head: { display: "flex", alignItems: "flex-start", gap: tokens.spacingHorizontalS },
  title: { flexGrow: 1, minWidth: 0, overflowWrap: "anywhere" },
  small: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  buttons: { display: "flex", flexShrink: 0 },
  body: { paddingBottom: tokens.spacingVerticalXXL, "@media (max-width: 640px)": { paddingLeft: tokens.spacingHorizontalM, paddingRight: tokens.spacingHorizontalM } },
  tabs: { margin: `${tokens.spacingVerticalM} calc(-1 * ${tokens.spacingHorizontalM})`, flexWrap: "wrap" },
});

const route = getRouteApi("/t/$tenant/actions/$id");

/** ActionFlyout is one action over the list. It has an address of its own, so that it can be sent to somebody. */
export function ActionFlyout() {
  const styles = useStyles();
  const { text } = useFormat();
  const { tenant, id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const heading = useId();
  const { data, error } = useQuery(actionQuery(tenant, id));
  useFocusBack(id);
  const close = () => void navigate({ to: paths.actions, params: { tenant }, search: parseActionSearch(search), resetScroll: false });
  return (
    <OverlayDrawer open position="end" className={styles.drawer} aria-labelledby={heading} onOpenChange={close}>
      <title>{data ? text("action.documentTitle", { title: data.action.title }) : text("actions.documentTitle")}</title>
      <DrawerHeader className={styles.header}>
        <div className={styles.head}>
          <div className={styles.title}>
            <span className={styles.small}>{text("action.kind")}</span>
            <Title3 as="h2" block id={heading}>
              {data?.action.title ?? text("app.loading")}
            </Title3>
          </div>
          <div className={styles.buttons}>
            <Neighbours id={id} tenant={tenant} />
            <Tooltip content={text("app.close")} relationship="label">
              <Button appearance="subtle" icon={<DismissRegular />} onClick={close} />
            </Tooltip>
          </div>
        </div>
      </DrawerHeader>
      <DrawerBody className={styles.body}>{data ? <Detail detail={data} tenant={tenant} search={search} /> : error ? <ErrorPage error={error} /> : <Spinner label={text("app.loading")} />}</DrawerBody>
    </OverlayDrawer>
  );
}

function Detail({ detail, tenant, search }: { detail: ActionDetail; tenant: string; search: DetailSearch }) {
  const styles = useStyles();
  const { text, count } = useFormat();
  const navigate = useNavigate({ from: paths.action });
  const tab = search.tab ?? "about";
  const open = (next: TabName) =>
    void navigate({ to: paths.action, search: (previous) => ({ ...parseActionSearch(previous), ...(next !== "about" && { tab: next }) }), replace: true, resetScroll: false });
  const { pass, fail, unknown, exempt } = detail.counts;
  const total = pass + fail + unknown + exempt;
  const labels: Record<TabName, string> = {
    about: text("tab.about"),
    entities: text(detail.action.state === "notAssessed" && total === 0 ? "tab.entities.unknown" : "tab.entities", { plural: detail.entity.plural, count: count(total) }),
    history: text("tab.history", { count: detail.events }),
  };
  return (
    <>
      <Figures detail={detail} />
      <TabList className={styles.tabs} selectedValue={tab} onTabSelect={(_, { value }) => open(value as TabName)} aria-label={text("tab.label")}>
        {tabs.map((t) => (
          <Tab key={t} value={t} id={`tab-${t}`} aria-controls={t === tab ? "panel" : undefined}>
            {labels[t]}
          </Tab>
        ))}
      </TabList>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`}>
        {tab === "about" && <About detail={detail} />}
        {tab === "entities" && <Affected detail={detail} tenant={tenant} search={search} />}
        {tab === "history" && <ActionHistory id={detail.action.id} tenant={tenant} plural={detail.entity.plural} />}
      </div>
    </>
  );
}

/** Neighbours go on to the action before and after, as the list shows them. */
function Neighbours({ id, tenant }: { id: string; tenant: string }) {
  const { text } = useFormat();
  const navigate = useNavigate();
  const order = use(ActionOrder);
  const at = order.indexOf(id);
  const go = (next: string | undefined) => {
    if (next !== undefined) {
      void navigate({ to: paths.action, params: { tenant, id: next }, search: (previous) => ({ ...parseActionSearch(previous), ...("tab" in previous && { tab: previous.tab }) }), replace: true, resetScroll: false });
    }
  };
  if (at < 0 || order.length < 2) {
    return null;
  }
  return (
    <>
      <Tooltip content={text("action.previous")} relationship="label">
        <Button appearance="subtle" icon={<ArrowUpRegular />} disabledFocusable={at === 0} onClick={() => go(order[at - 1])} />
      </Tooltip>
      <Tooltip content={text("action.next")} relationship="label">
        <Button appearance="subtle" icon={<ArrowDownRegular />} disabledFocusable={at === order.length - 1} onClick={() => go(order[at + 1])} />
      </Tooltip>
    </>
  );
}

/** useFocusBack puts the focus on the link of the last action shown, once the flyout is gone. */
function useFocusBack(id: string) {
  const last = useRef(id);
  useEffect(() => {
    last.current = id;
  }, [id]);
  useEffect(
    () => () => {
      const gone = last.current;
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-action="${CSS.escape(gone)}"]`)?.focus());
    },
    [],
  );
}
