// SPDX-License-Identifier: Apache-2.0

import { Spinner, Title2, makeStyles, tokens } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Problem, api, read } from "../api/client";
import { useFormat } from "../i18n/format";
import { Banner } from "../ui/Banner";
import { useLinkStyles } from "../ui/links";
import { Wordmark } from "../ui/Wordmark";

const useStyles = makeStyles({
  page: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "440px", margin: "0 auto", padding: `12vh ${tokens.spacingHorizontalL} 0` },
});

type Step = { name: "waiting" | "spending" } | { name: "failed"; problem: Problem };

/** SignInPage spends the one-time token that stands behind the # of the address, where no server or log sees it. */
export function SignInPage() {
  const styles = useStyles();
  const { text } = useFormat();
  const links = useLinkStyles();
  const step = useSignIn();
  return (
    <main className={styles.page}>
      <title>{text("signIn.documentTitle")}</title>
      <Wordmark />
      <Title2 as="h1">{text("signIn.title")}</Title2>
      {step.name === "spending" && <Spinner label={text("signIn.spending")} />}
      {step.name === "failed" && (
        <Banner intent="danger">{step.problem.code === "unauthenticated" || step.problem.code === "invalidRequest" ? text("signIn.stale") : `${text(`problem.${step.problem.code}`)}. ${step.problem.detail}`}</Banner>
      )}
      {step.name !== "spending" && (
        <>
          <p>{text("signIn.how")}</p>
          <Link to="/" className={links.link}>
            {text("signIn.home")}
          </Link>
        </>
      )}
    </main>
  );
}

function useSignIn(): Step {
  const router = useRouter();
  const client = useQueryClient();
  const [token] = useState(() => location.hash.slice(1));
  const [step, setStep] = useState<Step>({ name: token ? "spending" : "waiting" });
  useEffect(() => {
    const enter = () => {
      client.clear();
      void router.navigate({ to: "/", replace: true });
    };
    const open = () => read(api.GET("/api/session"));
    if (!token) {
      return;
    }
    // An old link is no fault of somebody who is signed in.
    spend(token).catch((cause: unknown) => open().catch(() => Promise.reject(cause))).then(enter, (cause: unknown) => {
      history.replaceState(history.state, "", location.pathname);
      setStep({ name: "failed", problem: cause instanceof Problem ? cause : new Problem("generalException", 0, "", "") });
    });
  }, [token, client, router]);
  return step;
}

// A token is spent once, also when React runs an effect twice.
const spent = new Map<string, Promise<unknown>>();

function spend(token: string): Promise<unknown> {
  const running = spent.get(token) ?? read(api.POST("/api/session", { body: { token } }));
  spent.set(token, running);
  return running;
}
