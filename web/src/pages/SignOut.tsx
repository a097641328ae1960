// SPDX-License-Identifier: Apache-2.0

import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { SignOutRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { Problem, api, read } from "../api/client";
import { useFormat } from "../i18n/format";
import { paths } from "../paths";
import { isWeb } from "../ui/ExternalLink";

const useStyles = makeStyles({
  failed: { color: tokens.colorStatusDangerForeground1 },
});

/** SignOut ends the session here, and at the issuer when it has a page for that. */
export function SignOut() {
  const styles = useStyles();
  const { text } = useFormat();
  const [failed, setFailed] = useState(false);
  const signOut = async () => {
    setFailed(false);
    try {
      const { url } = await read(api.DELETE("/api/session"));
      leave(url);
    } catch (cause) {
      if (cause instanceof Problem && cause.code === "unauthenticated") {
        leave("");
      } else {
        setFailed(true);
      }
    }
  };
  return (
    <>
      <Button size="small" appearance="subtle" icon={<SignOutRegular />} onClick={() => void signOut()}>
        {text("app.signOut")}
      </Button>
      {failed && (
        <span className={styles.failed} role="alert">
          {text("app.signOut.failed")}
        </span>
      )}
    </>
  );
}

/** leave loads another page, so that nothing that was read stays in memory. */
function leave(url: string): void {
  location.assign(isWeb(url) ? url : paths.signIn);
}
