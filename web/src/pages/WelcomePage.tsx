// SPDX-License-Identifier: Apache-2.0

import { useFormat } from "../i18n/format";
import { Notice } from "../ui/Notice";

/** WelcomePage stands in for the overview while there is no organisation. */
export function WelcomePage() {
  const { text } = useFormat();
  return (
    <Notice title={text("welcome.title")}>
      <p>{text("welcome.text")}</p>
    </Notice>
  );
}
