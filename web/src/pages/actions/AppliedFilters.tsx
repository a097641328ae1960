// SPDX-License-Identifier: Apache-2.0

import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import { useNavigate } from "@tanstack/react-router";
import { useFormat } from "../../i18n/format";
import type { Format } from "../../i18n/format";
import { paths } from "../../paths";
import { joinList, splitList } from "../../search";
import { facetLabel } from "./labels";
import type { ActionSearch } from "./search";
import { facets } from "./search";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS, marginTop: tokens.spacingVerticalS },
});

interface Applied {
  key: string;
  name: string;
  /** The address without it. */
  without: ActionSearch;
}

/** AppliedFilters lists what narrows the list, each to be taken away by itself. */
export function AppliedFilters({ search }: { search: ActionSearch }) {
  const styles = useStyles();
  const format = useFormat();
  const navigate = useNavigate({ from: paths.actions });
  const set = (next: ActionSearch) => void navigate({ to: paths.actions, search: next, replace: true, resetScroll: false });
  const list = applied(search, format);
  if (list.length === 0) {
    return null;
  }
  const { sort, order, group } = search;
  return (
    <div className={styles.bar} role="group" aria-label={format.text("actions.applied")}>
      <span>{format.text("actions.applied")}</span>
      {list.map((f) => (
        <Button key={f.key} size="small" shape="circular" icon={<DismissRegular />} iconPosition="after" aria-label={format.text("actions.filter.remove", { name: f.name })} onClick={() => set(f.without)}>
          {f.name}
        </Button>
      ))}
      <Button size="small" appearance="transparent" onClick={() => set({ ...(sort && { sort }), ...(order && { order }), ...(group && { group }) })}>
        {format.text("actions.filter.clear")}
      </Button>
    </div>
  );
}

function applied(search: ActionSearch, format: Format): Applied[] {
  const list: Applied[] = [];
  if (search.q !== undefined) {
    const { q, ...without } = search;
    list.push({ key: "q", name: format.text("actions.filter.search", { text: q }), without });
  }
  for (const facet of facets) {
    const values = splitList(search[facet]);
    for (const value of values) {
      const { [facet]: _, ...rest } = search;
      const left = joinList(values.filter((v) => v !== value));
      list.push({ key: `${facet}:${value}`, name: `${format.text(`facet.${facet}`)}: ${facetLabel(facet, value, format)}`, without: left === undefined ? rest : { ...rest, [facet]: left } });
    }
  }
  if (search.regressed) {
    const { regressed: _, ...without } = search;
    list.push({ key: "regressed", name: format.text("facet.regressed"), without });
  }
  if (search.show) {
    const { show: _, ...without } = search;
    list.push({ key: "show", name: format.text("actions.show.all"), without });
  }
  return list;
}
