// SPDX-License-Identifier: Apache-2.0

import { makeStyles, tokens } from "@fluentui/react-components";
import { useId } from "react";
import { slices } from "./geometry";

const useStyles = makeStyles({
  bar: { display: "block", width: "100%", borderRadius: tokens.borderRadiusMedium },
  rest: { fill: "var(--chartRest)", stroke: "var(--chartRestStroke)", strokeWidth: "2px" },
  measured: { fill: tokens.colorBrandForeground1 },
  stripe: { stroke: tokens.colorBrandForeground1, strokeWidth: "5px" },
  ground: { fill: tokens.colorNeutralBackground1 },
  sample: { flexShrink: 0, borderRadius: "2px" },
});

/** PartBar shows measured points, credited ones (striped) and what is left, out of a maximum. What it shows is written beside it, so it is hidden from screen readers. */
export function PartBar({ measured, credited, maximum, height }: { measured: number; credited: number; maximum: number; height: number }) {
  const styles = useStyles();
  const id = useId();
  const parts = slices([{ key: "measured", value: measured }, { key: "credited", value: credited }], maximum);
  return (
    <svg className={styles.bar} height={height} aria-hidden="true">
      <Stripes id={id} />
      <rect className={styles.rest} width="100%" height="100%" />
      {parts.map((p) => (
        <rect key={p.key} x={`${p.from}%`} width={`${p.size}%`} height="100%" className={p.key === "measured" ? styles.measured : undefined} fill={p.key === "credited" ? `url(#${id})` : undefined} />
      ))}
    </svg>
  );
}

/** PartSample is the colour of one part in a legend. */
export function PartSample({ part }: { part: "measured" | "credited" | "rest" }) {
  const styles = useStyles();
  const id = useId();
  return (
    <svg className={styles.sample} width={12} height={12} aria-hidden="true">
      <Stripes id={id} />
      <rect width={12} height={12} className={part === "credited" ? undefined : styles[part]} fill={part === "credited" ? `url(#${id})` : undefined} />
    </svg>
  );
}

function Stripes({ id }: { id: string }) {
  const styles = useStyles();
  return (
    <defs>
      <pattern id={id} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className={styles.ground} width={6} height={6} />
        <line className={styles.stripe} x1={0} y1={0} x2={0} y2={6} />
      </pattern>
    </defs>
  );
}
