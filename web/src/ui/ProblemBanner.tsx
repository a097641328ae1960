// SPDX-License-Identifier: Apache-2.0

import type { Problem } from "../api/client";
import { useFormat } from "../i18n/format";
import { Banner } from "./Banner";

/** ProblemBanner says what went wrong, with the id of the request for an administrator. */
export function ProblemBanner({ problem }: { problem: Problem }) {
  const { text } = useFormat();
  return (
    <Banner intent="danger" title={`${text(`problem.${problem.code}`)}.`}>
      {problem.detail === "" ? text("problem.advice") : problem.detail}
      {problem.requestId !== "" && <div>{text("problem.request", { id: problem.requestId })}</div>}
    </Banner>
  );
}
