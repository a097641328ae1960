// SPDX-License-Identifier: Apache-2.0

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { paths } from "../../paths";
import type { AccessSearch, Task } from "./search";

/** useTask opens dialogs by the address, and closes them. */
export function useTask(): { open: (task: Task, id?: string) => void; close: () => void } {
  const navigate = useNavigate({ from: paths.access });
  const go = (next: (previous: AccessSearch) => AccessSearch) => void navigate({ search: next, replace: true, resetScroll: false });
  return {
    open: (task, id) => go((previous) => ({ ...list(previous), do: task, ...(id !== undefined && { id }) })),
    close: () => go(list),
  };
}

/** list is the address without a dialog. */
function list({ part, q }: AccessSearch): AccessSearch {
  return { ...(part && { part }), ...(q !== undefined && { q }) };
}

/** useChanged reads anew what a change of access may have changed: also what the reader may do. */
export function useChanged(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([["people"], ["tokens"], ["tenants"], ["session"]].map((queryKey) => client.invalidateQueries({ queryKey })));
    void client.invalidateQueries({ queryKey: ["audit"] });
  };
}
