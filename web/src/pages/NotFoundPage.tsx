// SPDX-License-Identifier: Apache-2.0

import { Link } from "@tanstack/react-router";
import { useFormat } from "../i18n/format";
import { useLinkStyles } from "../ui/links";
import { Notice } from "../ui/Notice";

export function NotFoundPage() {
  const { text } = useFormat();
  const styles = useLinkStyles();
  return (
    <Notice title={text("notFound.title")}>
      <p>{text("notFound.text")}</p>
      <Link to="/" className={styles.link}>
        {text("notFound.home")}
      </Link>
    </Notice>
  );
}
