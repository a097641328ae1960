// SPDX-License-Identifier: Apache-2.0

import { Menu, MenuButton, MenuItemCheckbox, MenuItemRadio, MenuList, MenuPopover, MenuTrigger, SearchBox, makeStyles, tokens } from "@fluentui/react-components";
import { GroupListRegular } from "@fluentui/react-icons";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Action } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { joinList, oneOf, splitList } from "../../search";
import { facetLabel, facetOrder } from "./labels";
import type { ActionSearch, Facet } from "./search";
import { groupings } from "./search";
import type { Labels } from "./view";
import { facetCounts } from "./view";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS, marginTop: tokens.spacingVerticalM },
  search: { flexGrow: 1, minWidth: "200px", maxWidth: "420px" },
  count: { marginLeft: "auto", color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" },
  popover: { maxHeight: "60vh", overflowY: "auto" },
});

const filters = ["category", "product", "status", "state"] as const satisfies readonly Facet[];

export function Toolbar({ actions, search, shown, labels }: { actions: readonly Action[]; search: ActionSearch; shown: number; labels: Labels }) {
  const styles = useStyles();
  const { text } = useFormat();
  return (
    <div className={styles.bar} role="search" aria-label={text("actions.find")}>
      <Search search={search} />
      {filters.map((facet) => (
        <FacetMenu key={facet} facet={facet} actions={actions} search={search} labels={labels} />
      ))}
      <GroupMenu search={search} />
      <span className={styles.count} role="status">
        {text("actions.count", { count: shown })}
      </span>
    </div>
  );
}

function useSetSearch() {
  const navigate = useNavigate({ from: paths.actions });
  return (search: ActionSearch) => void navigate({ to: paths.actions, search, replace: true, resetScroll: false });
}

/** Search waits until nothing was typed for a moment, then writes the address. */
function Search({ search }: { search: ActionSearch }) {
  const styles = useStyles();
  const { text } = useFormat();
  const set = useSetSearch();
  const [typed, setTyped] = useState(search.q ?? "");
  const [seen, setSeen] = useState(search.q ?? "");
  if ((search.q ?? "") !== seen) {
    // The address changed by itself: filters were cleared, or the reader went back.
    setSeen(search.q ?? "");
    setTyped(search.q ?? "");
  }
  useEffect(() => {
    if (typed === seen) {
      return;
    }
    const timer = setTimeout(() => {
      const { q: _, ...rest } = search;
      setSeen(typed);
      set(typed === "" ? rest : { ...rest, q: typed });
    }, 150);
    return () => clearTimeout(timer);
  });
  return <SearchBox className={styles.search} value={typed} placeholder={text("actions.search")} aria-label={text("actions.search")} maxLength={200} onChange={(_, { value }) => setTyped(value)} />;
}

function FacetMenu({ facet, actions, search, labels }: { facet: (typeof filters)[number]; actions: readonly Action[]; search: ActionSearch; labels: Labels }) {
  const styles = useStyles();
  const format = useFormat();
  const set = useSetSearch();
  const chosen = splitList(search[facet]);
  const counts = facetCounts(actions, search, facet, labels);
  const name = format.text(`facet.${facet}`);
  return (
    <Menu
      checkedValues={{ [facet]: chosen }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const { [facet]: __, ...rest } = search;
        const list = joinList(checkedItems);
        set(list === undefined ? rest : { ...rest, [facet]: list });
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <MenuButton appearance={chosen.length > 0 ? "primary" : "outline"}>{chosen.length > 0 ? format.text("actions.filter.chosen", { name, count: chosen.length }) : name}</MenuButton>
      </MenuTrigger>
      <MenuPopover className={styles.popover}>
        <MenuList>
          {facetOrder(facet, new Set([...counts.keys(), ...chosen])).map((value) => (
            <MenuItemCheckbox key={value} name={facet} value={value} secondaryContent={format.count(counts.get(value) ?? 0)}>
              {facetLabel(facet, value, format)}
            </MenuItemCheckbox>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function GroupMenu({ search }: { search: ActionSearch }) {
  const { text } = useFormat();
  const set = useSetSearch();
  return (
    <Menu
      checkedValues={{ group: [search.group ?? "none"] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const { group: __, ...rest } = search;
        const group = oneOf(groupings, checkedItems[0]);
        set(group ? { ...rest, group } : rest);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <MenuButton appearance={search.group ? "primary" : "outline"} icon={<GroupListRegular />}>
          {search.group ? text("actions.group.by", { name: text(`facet.${search.group}`) }) : text("actions.group")}
        </MenuButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItemRadio name="group" value="none">
            {text("actions.group.none")}
          </MenuItemRadio>
          {groupings.map((g) => (
            <MenuItemRadio key={g} name="group" value={g}>
              {text(`facet.${g}`)}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
