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

type ThemeName = Exclude<ThemeChoice, "system"> | "forced";

function effective(): ThemeName {
  const chosen = choice();
  if (forced.matches) {
    return "forced";
  }
  return chosen !== "system" ? chosen : dark.matches ? "dark" : "light";
}

/** Fluent has no colour for what is left of a whole that differs from its brand colour in every theme. */
interface PortalTheme extends Theme {
  chartRest: string;
  chartRestStroke: string;
}

const themes: Record<ThemeName, PortalTheme> = {
  light: { ...webLightTheme, chartRest: "#d1d1d1", chartRestStroke: "#d1d1d1" },
  dark: { ...webDarkTheme, chartRest: "#5c5c5c", chartRestStroke: "#5c5c5c" },
  highContrast: { ...teamsHighContrastTheme, chartRest: "#000000", chartRestStroke: "#ffffff" },
  forced: { ...forcedTheme(), chartRest: "Canvas", chartRestStroke: "CanvasText" },
};

/** forcedTheme writes every colour in the colours of the system. The browser forces them upon text and borders by itself, but not upon charts. */
function forcedTheme(): Theme {
  const own: Record<string, string> = { colorBrandForeground1: "Highlight" };
  const system = (token: string) => own[token] ?? (token.includes("Link") ? "LinkText" : token.includes("Background") ? "Canvas" : "CanvasText");
  const colors = Object.keys(teamsHighContrastTheme).filter((token) => token.startsWith("color"));
  return { ...teamsHighContrastTheme, ...Object.fromEntries(colors.map((token) => [token, system(token)])) };
}

/** useTheme follows the system unless the reader chose otherwise on this device. */
export function useTheme(): { theme: PortalTheme; choice: ThemeChoice; effective: ThemeName } {
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
