// SPDX-License-Identifier: Apache-2.0

import { useFormat } from "../i18n/format";
import { Notice } from "../ui/Notice";
import { SignOut } from "./SignOut";

/** NoAccessPage is for somebody who is signed in and has no role in any organisation. */
export function NoAccessPage({ name }: { name: string }) {
  const { text } = useFormat();
  return (
    <Notice title={text("noAccess.title")}>
      <title>{text("noAccess.documentTitle")}</title>
      <p>{text("noAccess.text", { name })}</p>
      <p>
        <SignOut />
      </p>
    </Notice>
  );
}
