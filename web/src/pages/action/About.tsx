// SPDX-License-Identifier: Apache-2.0

import { Subtitle2, makeStyles, tokens } from "@fluentui/react-components";
import { CheckmarkCircleRegular, ErrorCircleRegular, OpenRegular, QuestionCircleRegular } from "@fluentui/react-icons";
import type { ReactNode } from "react";
import type { ActionDetail } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { ExternalLink } from "../../ui/ExternalLink";
import { Tag } from "../../ui/Tag";

const useStyles = makeStyles({
  columns: { display: "grid", gap: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalXXL}`, gridTemplateColumns: "minmax(0, 1fr)", "@media (min-width: 860px)": { gridTemplateColumns: "minmax(0, 3fr) minmax(0, 2fr)" } },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXL },
  section: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, overflowWrap: "anywhere" },
  steps: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  list: { margin: 0, padding: 0, listStyleType: "none", display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  facts: { display: "grid", gridTemplateColumns: "auto 1fr", gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`, margin: 0 },
  term: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0 },
  badges: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalXS },
  item: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  met: { color: tokens.colorStatusSuccessForeground1 },
  missing: { color: tokens.colorPaletteRedForeground3 },
});

export function About({ detail }: { detail: ActionDetail }) {
  const styles = useStyles();
  const { text } = useFormat();
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <Section title={text("about.description")}>
          <p>{detail.description}</p>
        </Section>
        <Implementation detail={detail} />
      </div>
      <div className={styles.column}>
        <AtAGlance detail={detail} />
        <Section title={text("about.userImpact")}>
          <p>{detail.userImpactText === "" ? text("word.none") : detail.userImpactText}</p>
          <p>
            <span className={styles.term}>{text("about.usersAffected")}</span> {detail.usersAffected === "" ? text("word.none") : detail.usersAffected}
          </p>
        </Section>
        <References detail={detail} />
      </div>
    </div>
  );
}

function Implementation({ detail }: { detail: ActionDetail }) {
  const styles = useStyles();
  const { text } = useFormat();
  return (
    <>
      {detail.decision && <DecisionText decision={detail.decision} />}
      <Section title={text("about.prerequisites")}>
        <Prerequisites detail={detail} />
      </Section>
      <Section title={text("about.steps")}>
        <ol className={styles.steps}>
          {detail.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        {detail.manage !== "" && (
          <ExternalLink url={detail.manage}>
            {text("about.manage", { product: detail.action.product })} <OpenRegular aria-hidden="true" />
          </ExternalLink>
        )}
      </Section>
      {detail.microsoft && detail.microsoft.status !== "" && (
        <Section title={text("about.microsoftStatus")}>
          <p>{detail.microsoft.status}</p>
        </Section>
      )}
      {detail.learnMore.length > 0 && (
        <Section title={text("about.learnMore")}>
          <ul className={styles.list}>
            {detail.learnMore.map((link) => (
              <li key={link.url}>
                <ExternalLink url={link.url}>
                  {link.title} <OpenRegular aria-hidden="true" />
                </ExternalLink>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function DecisionText({ decision }: { decision: NonNullable<ActionDetail["decision"]> }) {
  const { text, date } = useFormat();
  return (
    <Section title={text("about.decision")}>
      <p>{text("about.decision.by", { status: text(`status.${decision.status}`), by: decision.by, date: date(decision.at) })}</p>
      {decision.reason !== "" && <p>{decision.reason}</p>}
      {decision.evidence !== "" && <ExternalLink url={decision.evidence}>{decision.evidence}</ExternalLink>}
      <p>{decision.expires === null ? text("about.decision.noExpiry") : text("about.decision.expires", { date: date(decision.expires) })}</p>
      {decision.pending && <p>{text("about.decision.pending")}</p>}
    </Section>
  );
}

function Prerequisites({ detail }: { detail: ActionDetail }) {
  const styles = useStyles();
  const { text } = useFormat();
  if (detail.prerequisites.length === 0) {
    return <p>{text("about.prerequisites.none")}</p>;
  }
  const icons = {
    met: <CheckmarkCircleRegular className={styles.met} aria-hidden="true" />,
    missing: <ErrorCircleRegular className={styles.missing} aria-hidden="true" />,
    unknown: <QuestionCircleRegular aria-hidden="true" />,
    notNeeded: null,
  };
  return (
    <>
      {detail.prerequisites.length > 1 && <p>{text("about.prerequisites.any")}</p>}
      <ul className={styles.list}>
        {detail.prerequisites.map((p) => (
          <li key={p.plan} className={styles.item}>
            {icons[p.met]}
            {text(`prerequisite.${p.met}`, { name: p.name })}
          </li>
        ))}
      </ul>
    </>
  );
}

function AtAGlance({ detail }: { detail: ActionDetail }) {
  const styles = useStyles();
  const { text } = useFormat();
  return (
    <Section title={text("about.glance")}>
      <dl className={styles.facts}>
        <Fact term={text("facet.category")}>{detail.action.category}</Fact>
        <Fact term={text("facet.product")}>{detail.action.product}</Fact>
        <Fact term={text("about.threats")}>{detail.threats.length === 0 ? text("word.none") : detail.threats.join(", ")}</Fact>
        <Fact term={text("about.tier")}>{text(`tier.${detail.tier}`)}</Fact>
        <Fact term={text("about.difficulty")}>{text(`level.${detail.difficulty}`)}</Fact>
        <Fact term={text("about.userImpact")}>{text(`level.${detail.userImpact}`)}</Fact>
        <Fact term={text("about.complexity")}>{text(`level.${detail.complexity}`)}</Fact>
        <Fact term={text("about.scoring")}>{text(`scoring.${detail.scoring}`)}</Fact>
        {detail.strict !== null && <Fact term={text("about.strict")}>{text(`outcome.${detail.strict}`)}</Fact>}
        <Fact term={text("about.id")}>{detail.action.id}</Fact>
      </dl>
    </Section>
  );
}

function References({ detail }: { detail: ActionDetail }) {
  const styles = useStyles();
  const { text } = useFormat();
  if (detail.references.length === 0) {
    return null;
  }
  return (
    <Section title={text("about.references")}>
      <dl className={styles.facts}>
        {detail.references.map((r) => (
          <Fact key={r.framework} term={r.framework}>
            <span className={styles.badges}>
              {r.ids.map((id) => (
                <Tag key={id} color="neutral">
                  {id}
                </Tag>
              ))}
            </span>
          </Fact>
        ))}
      </dl>
    </Section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <section className={styles.section}>
      <Subtitle2 as="h3">{title}</Subtitle2>
      {children}
    </section>
  );
}
