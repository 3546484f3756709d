import type { RequestHeader } from "./operation.ts";

interface DocumentedParameter {
  readonly name: string;
  readonly in: "header";
  readonly required: false;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

function header(
  name: string,
  description: string,
  example: string,
  schema: object = {},
): DocumentedParameter {
  const documented = { type: "string", ...schema };
  return {
    name,
    in: "header",
    required: false,
    description: `${description} Such as \`${example}\``,
    schema: documented,
  };
}

/** Headers that requests may carry, as components. */
export const REQUEST_HEADERS = {
  "Idempotency-Key": header(
    "Idempotency-Key",
    "Makes a retry safe: for 24 hours the same key with the same body has the same answer. Bare or quoted.",
    "5f0a3c1e-order-17",
    { minLength: 1, maxLength: 255 },
  ),
  Prefer: header(
    "Prefer",
    "`respond-async` answers at once with 202; `wait=N` waits up to N seconds (at most 30) for the decision.",
    "wait=10",
  ),
  "If-Match": header(
    "If-Match",
    "Changes only this version, else 412; an ETag of the thing, or *.",
    '"3.120"',
  ),
  "If-None-Match": header("If-None-Match", "304 where the thing still is what this ETag names.", '"3.120"'),
  "X-Admin-Creation-Token": header(
    "X-Admin-Creation-Token",
    "Lets whoever presents it create organizers and admins.",
    "the-token-of-this-installation",
  ),
} as const satisfies Record<RequestHeader, DocumentedParameter>;

export function headerParameters(names: readonly RequestHeader[]): { $ref: string }[] {
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}
