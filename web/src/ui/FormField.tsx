// SPDX-License-Identifier: Apache-2.0

import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { useId } from "react";

const useStyles = makeStyles({
  field: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  label: { fontWeight: tokens.fontWeightSemibold },
  hint: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface Wiring {
  id: string;
  "aria-describedby"?: string;
}

/** FormField gives a control its label, and a hint that is read with it. */
export function FormField({ label, hint, children }: { label: string; hint?: string; children: (wiring: Wiring) => ReactNode }) {
  const styles = useStyles();
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children({ id, ...(hint !== undefined && { "aria-describedby": `${id}-hint` }) })}
      {hint !== undefined && (
        <span className={styles.hint} id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}
