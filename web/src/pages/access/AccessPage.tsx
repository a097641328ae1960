// SPDX-License-Identifier: Apache-2.0

import { Tab, TabList, Title1, makeStyles, tokens } from "@fluentui/react-components";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useRights } from "../../api/can";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { PeoplePart } from "./PeoplePart";
import { TokensPart } from "./TokensPart";
import type { PartName } from "./search";
import { parts } from "./search";

const useStyles = makeStyles({
  tabs: { margin: `${tokens.spacingVerticalS} calc(-1 * ${tokens.spacingHorizontalM}) ${tokens.spacingVerticalM}`, flexWrap: "wrap" },
});

const route = getRouteApi("/t/$tenant/access");

/** AccessPage shows who and what has access to an organisation, and changes it. */
export function AccessPage() {
  const styles = useStyles();
  const { text } = useFormat();
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: paths.access });
  const rights = useRights(tenant);
  const part = search.part ?? "people";
  const open = (next: PartName) => void navigate({ search: next === "people" ? {} : { part: next }, replace: true, resetScroll: false });
  return (
    <>
      <title>{text("access.documentTitle")}</title>
      <Title1 as="h1">{text("access.title")}</Title1>
      <TabList className={styles.tabs} selectedValue={part} onTabSelect={(_, { value }) => open(value as PartName)} aria-label={text("access.parts")}>
        {parts
          .filter((p) => p === part || p === "people" || rights.here("tokens.manage"))
          .map((p) => (
            <Tab key={p} value={p} id={`tab-${p}`} aria-controls={p === part ? "panel" : undefined}>
              {text(`access.${p}`)}
            </Tab>
          ))}
      </TabList>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${part}`}>
        {part === "people" ? <PeoplePart tenant={tenant} search={search} /> : <TokensPart tenant={tenant} search={search} />}
      </div>
    </>
  );
}
