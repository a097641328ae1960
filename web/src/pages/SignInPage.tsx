// SPDX-License-Identifier: Apache-2.0

import { Button, Spinner, Title2, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Problem } from "../api/client";
import { api, asProblem, read } from "../api/client";
import { signInWaysQuery } from "../api/queries";
import { useFormat } from "../i18n/format";
import { issuerAddress } from "../returnPath";
import { Banner } from "../ui/Banner";
import { useLinkStyles } from "../ui/links";
import { ProblemBanner } from "../ui/ProblemBanner";
import { Wordmark } from "../ui/Wordmark";
import type { SignInSearch } from "./signin";

const useStyles = makeStyles({
  page: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "440px", margin: "0 auto", padding: `12vh ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXXL}` },
  ways: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, margin: 0, padding: 0, listStyleType: "none" },
  way: { width: "100%", maxWidth: "none", overflowWrap: "anywhere" },
  text: { color: tokens.colorNeutralForeground2 },
});

const route = getRouteApi("/signin");

type Step = { name: "waiting" | "spending" } | { name: "failed"; problem: Problem };

/** SignInPage offers the ways to sign in. It spends the one-time token that stands behind the # of the address, where no server or log sees it. */
export function SignInPage() {
  const styles = useStyles();
  const { text } = useFormat();
  const search = route.useSearch();
  const wanted = search.return ?? "/";
  const step = useSignIn(wanted);
  return (
    <main className={styles.page}>
      <title>{text("signIn.documentTitle")}</title>
      <Wordmark />
      <Title2 as="h1">{text("signIn.title")}</Title2>
      {step.name === "spending" && <Spinner label={text("signIn.spending")} />}
      {step.name === "failed" &&
        (step.problem.code === "unauthenticated" || step.problem.code === "invalidRequest" ? <Banner intent="danger">{text("signIn.stale")}</Banner> : <ProblemBanner problem={step.problem} />)}
      {step.name === "waiting" && search.problem && <Refused problem={search.problem} request={search.request} />}
      {step.name !== "spending" && <Ways wanted={wanted} />}
    </main>
  );
}

/** Refused says what became of a sign-in at an issuer. */
function Refused({ problem, request }: { problem: NonNullable<SignInSearch["problem"]>; request: string | undefined }) {
  const { text } = useFormat();
  return (
    <Banner intent={problem === "cancelled" ? "info" : "danger"}>
      <span>{text(`signIn.problem.${problem}`)}</span>
      {request !== undefined && problem !== "cancelled" && <p>{text("signIn.request", { id: request })}</p>}
    </Banner>
  );
}

function Ways({ wanted }: { wanted: string }) {
  const styles = useStyles();
  const links = useLinkStyles();
  const { text } = useFormat();
  const { data, error } = useQuery(signInWaysQuery);
  if (error) {
    return <ProblemBanner problem={asProblem(error)} />;
  }
  if (!data) {
    return <Spinner label={text("app.loading")} />;
  }
  return (
    <>
      {data.issuers.length > 0 && (
        <ul className={styles.ways}>
          {data.issuers.map((i) => (
            <li key={i.id}>
              <Button as="a" className={styles.way} size="large" appearance="primary" href={issuerAddress(i.id, wanted)}>
                {text("signIn.with", { title: i.title })}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {data.link && <p className={styles.text}>{text(data.issuers.length > 0 ? "signIn.how.also" : "signIn.how")}</p>}
      {!data.link && data.issuers.length === 0 && <p>{text("signIn.none")}</p>}
      <p>
        <a href={wanted} className={links.link}>
          {text("signIn.home")}
        </a>
      </p>
    </>
  );
}

function useSignIn(wanted: string): Step {
  const router = useRouter();
  const client = useQueryClient();
  const [token] = useState(() => location.hash.slice(1));
  const [step, setStep] = useState<Step>({ name: token ? "spending" : "waiting" });
  useEffect(() => {
    // A link that is opened where this page is open already changes only what stands behind the #.
    const again = () => location.hash.length > 1 && location.reload();
    addEventListener("hashchange", again);
    return () => removeEventListener("hashchange", again);
  }, []);
  useEffect(() => {
    const enter = () => {
      client.clear();
      router.history.replace(wanted);
    };
    const open = () => read(api.GET("/api/session"));
    if (!token) {
      return;
    }
    // An old link is no fault of somebody who is signed in.
    spend(token).catch((cause: unknown) => open().catch(() => Promise.reject(cause))).then(enter, (cause: unknown) => {
      history.replaceState(history.state, "", location.pathname + location.search);
      setStep({ name: "failed", problem: asProblem(cause) });
    });
  }, [token, client, router, wanted]);
  return step;
}

// A token is spent once, also when React runs an effect twice.
const spent = new Map<string, Promise<unknown>>();

function spend(token: string): Promise<unknown> {
  const running = spent.get(token) ?? read(api.POST("/api/session", { body: { token } }));
  spent.set(token, running);
  return running;
}
