// SPDX-License-Identifier: Apache-2.0

import type { Theme } from "@fluentui/react-components";
import { teamsHighContrastTheme, webDarkTheme, webLightTheme } from "@fluentui/react-components";
import { useSyncExternalStore } from "react";

export const themeChoices = ["system", "light", "dark", "highContrast"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const key = "securescore.theme";
const listeners = new Set<() => void>();
const dark = matchMedia("(prefers-color-scheme: dark)");
const forced = matchMedia("(forced-colors: active)");

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  for (const query of [dark, forced]) {
    query.addEventListener("change", listener);
  }
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    for (const query of [dark, forced]) {
      query.removeEventListener("change", listener);
    }
    removeEventListener("storage", listener);
  };
}

function choice(): ThemeChoice {
  const stored = localStorage.getItem(key);
  return themeChoices.find((c) => c === stored) ?? "system";
}

function effective(): Exclude<ThemeChoice, "system"> {
  const chosen = choice();
  if (chosen !== "system") {
    return chosen;
  }
  return forced.matches ? "highContrast" : dark.matches ? "dark" : "light";
}

const themes: Record<Exclude<ThemeChoice, "system">, Theme> = {
  light: webLightTheme,
  dark: webDarkTheme,
  highContrast: teamsHighContrastTheme,
};

/** useTheme follows the system unless the reader chose otherwise on this device. */
export function useTheme(): { theme: Theme; choice: ThemeChoice; effective: Exclude<ThemeChoice, "system"> } {
  const name = useSyncExternalStore(subscribe, effective);
  return { theme: themes[name], choice: useSyncExternalStore(subscribe, choice), effective: name };
}

export function chooseTheme(next: ThemeChoice): void {
  if (next === "system") {
    localStorage.removeItem(key);
  } else {
    localStorage.setItem(key, next);
  }
  for (const listener of listeners) {
    listener();
  }
}
