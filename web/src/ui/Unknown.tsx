// SPDX-License-Identifier: Apache-2.0

import { makeStyles } from "@fluentui/react-components";

const useStyles = makeStyles({
  hidden: { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)", whiteSpace: "nowrap" },
});

/** Unknown stands where a value would: a dash, with the reason for those who point at it and those who listen. */
export function Unknown({ reason }: { reason: string }) {
  const styles = useStyles();
  return (
    <span title={reason}>
      <span aria-hidden="true">–</span>
      <span className={styles.hidden}>{reason}</span>
    </span>
  );
}
