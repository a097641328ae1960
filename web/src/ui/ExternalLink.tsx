// SPDX-License-Identifier: Apache-2.0

import type { ReactNode } from "react";
import { useLinkStyles } from "./links";

/** ExternalLink leads out of the portal. An address that is not on the web is shown as text: it may come from anywhere. */
export function ExternalLink({ url, children }: { url: string; children: ReactNode }) {
  const styles = useLinkStyles();
  if (!isWeb(url)) {
    return <span>{children}</span>;
  }
  return (
    <a className={styles.link} href={url} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

export function isWeb(url: string): boolean {
  return URL.canParse(url) && ["https:", "http:"].includes(new URL(url).protocol);
}
