// SPDX-License-Identifier: Apache-2.0

import { Button } from "@fluentui/react-components";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { useRouter } from "@tanstack/react-router";
import { Problem } from "../api/client";
import { useFormat } from "../i18n/format";
import { Notice } from "../ui/Notice";
import { NotFoundPage } from "./NotFoundPage";

/** ErrorPage says what went wrong and offers another try. */
export function ErrorPage({ error }: Pick<ErrorComponentProps, "error">) {
  const { text } = useFormat();
  const router = useRouter();
  const boundary = useQueryErrorResetBoundary();
  if (error instanceof Problem && (error.code === "itemNotFound" || error.status === 422)) {
    return <NotFoundPage />;
  }
  const code = error instanceof Problem ? error.code : "generalException";
  const requestId = error instanceof Problem ? error.requestId : "";
  return (
    <Notice title={text(`problem.${code}`)}>
      <p>{error instanceof Problem && error.detail !== "" ? error.detail : text("problem.advice")}</p>
      {requestId !== "" && <p>{text("problem.request", { id: requestId })}</p>}
      <Button
        appearance="primary"
        onClick={() => {
          boundary.reset();
          void router.invalidate();
        }}
      >
        {text("problem.again")}
      </Button>
    </Notice>
  );
}
