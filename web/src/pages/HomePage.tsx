// SPDX-License-Identifier: Apache-2.0

import { useSuspenseQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries";
import { NoAccessPage } from "./NoAccessPage";
import { WelcomePage } from "./WelcomePage";

/** HomePage is shown while there is no organisation to show: none exists, or none is the reader's to see. */
export function HomePage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return session.can.includes("posture.read") ? <WelcomePage /> : <NoAccessPage name={session.name} />;
}
