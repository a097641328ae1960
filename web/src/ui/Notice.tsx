// SPDX-License-Identifier: Apache-2.0

import { Title2, makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  notice: { display: "flex", flexDirection: "column", alignItems: "flex-start", gap: tokens.spacingVerticalM, maxWidth: "640px", margin: "0 auto", padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalL}` },
});

/** Notice says one thing on an otherwise empty page. */
export function Notice({ title, children }: { title: string; children?: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.notice}>
      <Title2 as="h1">{title}</Title2>
      <div>
        {children}
      </div>
    </div>
  );
}
