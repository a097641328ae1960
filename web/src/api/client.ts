// SPDX-License-Identifier: Apache-2.0

import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
export type Action = Schemas["Action"];
export type ActionDetail = Schemas["ActionDetail"];
export type AuditEntry = Schemas["AuditEntry"];
export type CategoryDay = Schemas["CategoryDay"];
export type CategoryName = Schemas["CategoryView"]["category"];
export type CategoryView = Schemas["CategoryView"];
export type Column = Schemas["Column"];
export type Consequences = Schemas["Consequences"];
export type Counts = Schemas["Counts"];
export type Coverage = Schemas["Coverage"];
export type Day = Schemas["Day"];
export type Decision = Schemas["Decision"];
export type Entity = Schemas["Entity"];
export type EntityPage = Schemas["EntityPage"];
export type Entry = Schemas["Entry"];
export type HeldRole = Schemas["HeldRole"];
export type NewToken = Schemas["NewToken"];
export type Overview = Schemas["Overview"];
export type Part = Schemas["Part"];
export type PeopleList = Schemas["PeopleList"];
export type Person = Schemas["Person"];
export type Reason = Schemas["Reason"];
export type Role = Schemas["Role"];
export type Score = Schemas["Score"];
export type Session = Schemas["Session"];
export type Source = Schemas["Source"];
export type Tenant = Schemas["VisibleTenant"];
export type Token = Schemas["Token"];
export type Value = Schemas["Value"];
type ProblemBody = Schemas["Problem"];
export type ProblemCode = ProblemBody["code"] | "unreachable";

/** Problem is an error that the server named, or that it could not be reached. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly status: number,
    readonly detail: string,
    readonly requestId: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

export const api = createClient<paths>({ baseUrl: location.origin });

/** read gives the data of an answer or throws its Problem. */
export async function read<T>(answer: Promise<{ data?: T; error?: ProblemBody; response: Response }>): Promise<T> {
  let result;
  try {
    result = await answer;
  } catch (cause) {
    throw cause instanceof Error && cause.name === "AbortError" ? cause : new Problem("unreachable", 0, "", "");
  }
  const { data, error, response } = result;
  if (error !== undefined || !response.ok) {
    throw new Problem(error?.code ?? "generalException", response.status, error?.detail ?? "", error?.requestId ?? "");
  }
  return data as T;
}

/** asProblem is what went wrong as a Problem, whatever was thrown. */
export function asProblem(cause: unknown): Problem {
  return cause instanceof Problem ? cause : new Problem("generalException", 0, "", "");
}
