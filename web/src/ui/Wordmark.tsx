// SPDX-License-Identifier: Apache-2.0

import { makeStyles, tokens } from "@fluentui/react-components";
import { useFormat } from "../i18n/format";

const useStyles = makeStyles({
  mark: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalS, fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  shield: { fill: tokens.colorBrandBackground },
  bars: { stroke: tokens.colorNeutralForegroundOnBrand },
});

/** Wordmark is the product's sign and name. */
export function Wordmark() {
  const styles = useStyles();
  const { text } = useFormat();
  return (
    <span className={styles.mark}>
      <svg viewBox="0 0 24 24" width={24} height={24} aria-hidden="true">
        <path className={styles.shield} d="M12 1.5 3.5 4.6v6.9c0 5 3.5 9.3 8.5 11 5-1.7 8.5-6 8.5-11V4.6z" />
        <path className={styles.bars} d="M7.5 16v-3m3 3v-5.5m3 5.5V9.5m3 6.5V7" strokeWidth={1.8} strokeLinecap="round" fill="none" />
      </svg>
      {text("app.name")}
    </span>
  );
}
