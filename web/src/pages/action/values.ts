// SPDX-License-Identifier: Apache-2.0

import type { Column, Value } from "../../api/client";
import type { Format } from "../../i18n/format";

/** valueText writes a value that was read for people, by the type of its column. What has another form stays as it was read. */
export function valueText(value: Value, type: Column["type"], format: Format): string {
  const { text } = value;
  switch (type) {
    case "bool":
      return text === "true" ? format.text("word.yes") : text === "false" ? format.text("word.no") : text;
    case "int":
      return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? format.count(Number(text)) : text;
    case "time":
      return Number.isNaN(Date.parse(text)) ? text : format.time(text);
    case "seconds":
      return /^\d+$/.test(text) ? duration(Number(text), format) : text;
    case "string":
    case "strings":
      return text === "" ? format.text("word.empty") : text;
  }
}

/** duration names the largest unit that divides the seconds without a rest. */
export function duration(seconds: number, { text }: Format): string {
  if (seconds > 0 && seconds % 86_400 === 0) {
    return text("duration.days", { count: seconds / 86_400 });
  }
  if (seconds > 0 && seconds % 3600 === 0) {
    return text("duration.hours", { count: seconds / 3600 });
  }
  if (seconds > 0 && seconds % 60 === 0) {
    return text("duration.minutes", { count: seconds / 60 });
  }
  return text("duration.seconds", { count: seconds });
}
