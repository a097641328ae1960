// SPDX-License-Identifier: Apache-2.0

import { createContext } from "react";

/** ActionOrder holds the ids of the actions in the order in which the list shows them, for going on to the next one. */
export const ActionOrder = createContext<readonly string[]>([]);
