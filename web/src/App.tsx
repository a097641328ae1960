// SPDX-License-Identifier: Apache-2.0

import { FluentProvider, makeStaticStyles, makeStyles, tokens } from "@fluentui/react-components";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { IntlProvider } from "react-intl";
import { Problem } from "./api/client";
import { messages } from "./i18n/messages";
import { paths } from "./paths";
import { returnPath } from "./returnPath";
import { createPortalRouter } from "./routes";
import { useTheme } from "./ui/theme";

const useGlobal = makeStaticStyles({
  "html, body, #root": { height: "100%", margin: 0 },
  body: { overflowY: "scroll" },
  "h1, h2, h3, p": { margin: 0 },
  "*, *::before, *::after": { boxSizing: "border-box" },
});

const useStyles = makeStyles({
  provider: { minHeight: "100%", backgroundColor: tokens.colorNeutralBackground2 },
});

export function App() {
  useGlobal();
  const styles = useStyles();
  const { theme, effective } = useTheme();
  const [{ client, router }] = useState(create);
  return (
    <IntlProvider locale={locale} messages={messages}>
      <FluentProvider theme={theme} className={styles.provider} style={{ colorScheme: effective === "forced" ? "light dark" : effective === "light" ? "light" : "dark" }}>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </FluentProvider>
    </IntlProvider>
  );
}

// English is the only language so far; how dates and numbers are written follows the reader's own English.
const locale = navigator.languages.find((l) => /^en\b/.test(l)) ?? "en-GB";

function create() {
  // Who is not signed in any more comes back to the same address afterwards.
  const signedOut = (error: Error) => {
    if (error instanceof Problem && error.code === "unauthenticated" && location.pathname !== paths.signIn) {
      const wanted = returnPath(location.pathname + location.search);
      client.clear();
      void router.navigate({ to: paths.signIn, search: wanted === "/" ? {} : { return: wanted }, replace: true });
    }
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: signedOut }),
    mutationCache: new MutationCache({ onError: signedOut }),
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        // A page that shows after its loader has failed shows that failure; the reader tries again.
        retryOnMount: false,
        retry: (failures, error) => failures < 2 && error instanceof Problem && error.code === "unreachable",
      },
    },
  });
  const router = createPortalRouter(client);
  return { client, router };
}
