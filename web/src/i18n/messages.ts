// SPDX-License-Identifier: Apache-2.0

import type { MessageFormatElement } from "react-intl";
import en from "./en.json";

export type MessageId = keyof typeof en;

declare global {
  // The compiler checks every id that the portal asks for.
  namespace FormatjsIntl {
    interface Message {
      ids: MessageId;
    }
  }
}

/** The messages in the form that the build parsed them into. */
export const messages = en as unknown as Record<MessageId, MessageFormatElement[]>;
