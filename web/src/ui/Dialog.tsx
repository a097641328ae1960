// SPDX-License-Identifier: Apache-2.0

import { Button, Subtitle1, makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { useId, useLayoutEffect, useRef } from "react";
import type { Problem } from "../api/client";
import { useFormat } from "../i18n/format";
import { ProblemBanner } from "./ProblemBanner";

const useStyles = makeStyles({
  dialog: {
    width: "min(560px, calc(100vw - 32px))",
    maxHeight: "calc(100dvh - 32px)",
    overflowY: "auto",
    padding: tokens.spacingHorizontalXXL,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    boxShadow: tokens.shadow64,
    overflowWrap: "anywhere",
    "::backdrop": { backgroundColor: "rgb(0 0 0 / 40%)" }, // in every theme: the page behind stays in sight
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalL },
  },
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  buttons: { display: "flex", flexWrap: "wrap", justifyContent: "flex-end", gap: tokens.spacingHorizontalS },
});

/** What a dialog asks for. */
export interface DialogProps {
  title: string;
  children: ReactNode;
  /** What its button does, in a word. */
  submit: string;
  onSubmit: () => void;
  onClose: () => void;
  busy?: boolean;
  /** There is nothing to submit yet. */
  waiting?: boolean;
  problem?: Problem | null;
  /** Submitting cannot be undone: the focus begins at the way out. */
  final?: boolean;
  /** There is one way out, its button. */
  locked?: boolean;
}

/** Dialog asks over the page, with the browser's own modal element: it keeps the focus inside and gives it back. What it was opened from may be gone by then; the focus then goes to the page. */
export function Dialog({ title, children, submit, onSubmit, onClose, busy = false, waiting = false, problem, final = false, locked = false }: DialogProps) {
  const styles = useStyles();
  const { text } = useFormat();
  const heading = useId();
  const element = useRef<HTMLDialogElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    if (final) {
      cancel.current?.focus();
    }
    return () => {
      dialog?.close();
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) {
          document.getElementById("main")?.focus();
        }
      });
    };
  }, [final]);
  return (
    <dialog
      ref={element}
      className={styles.dialog}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        if (!locked) {
          onClose();
        }
      }}
      // The browser closes it by itself when Escape is pressed twice.
      onClose={() => {
        if (element.current?.open === false) {
          if (locked) {
            element.current.showModal();
          } else {
            onClose();
          }
        }
      }}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          // Enter in a locked one must not close it.
          if (!busy && !waiting && !locked) {
            onSubmit();
          }
        }}
      >
        <Subtitle1 as="h2" id={heading}>
          {title}
        </Subtitle1>
        {children}
        {problem && <ProblemBanner problem={problem} />}
        <div className={styles.buttons}>
          <Button type={locked ? "button" : "submit"} appearance="primary" disabledFocusable={busy || waiting} onClick={locked ? onSubmit : undefined}>
            {submit}
          </Button>
          {!locked && (
            <Button ref={cancel} onClick={onClose}>
              {text("dialog.cancel")}
            </Button>
          )}
        </div>
      </form>
    </dialog>
  );
}
