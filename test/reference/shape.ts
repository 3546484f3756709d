import { expect } from "chai";

/** What a document prints of a value: its kind, not the value itself. `maybe` also allows null. */
export type Shape =
  | "text"
  | "number"
  | "flag"
  | "time"
  | "uuid"
  | "reference"
  | "anything"
  | `maybe ${"text" | "number" | "time" | "uuid"}`
  | readonly [Shape]
  | { readonly [field: string]: Shape };

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const KINDS = {
  text: (value: unknown) => typeof value === "string",
  number: (value: unknown) => typeof value === "number" && Number.isFinite(value),
  flag: (value: unknown) => typeof value === "boolean",
  time: (value: unknown) => typeof value === "string" && TIME.test(value),
  uuid: (value: unknown) => typeof value === "string" && UUID.test(value),
  reference: (value: unknown) => typeof value === "string" && /^EVT\d{8}[0-9A-Z]+$/.test(value),
  anything: (value: unknown) => value !== undefined,
} as const;

/** Holds a reply against what its document prints: each field is there and of its kind. More fields may be. */
export function expectShape(actual: unknown, shape: Shape, at = "body"): void {
  if (typeof shape === "string") {
    const kind = shape.replace(/^maybe /, "") as keyof typeof KINDS;
    if (shape.startsWith("maybe ") && actual === null) return;
    expect(KINDS[kind](actual), `${at} is ${JSON.stringify(actual)}, not ${shape}`).to.equal(true);
    return;
  }
  if (Array.isArray(shape)) {
    expect(actual, at).to.be.an("array").that.is.not.empty;
    for (const [index, one] of (actual as unknown[]).entries()) expectShape(one, shape[0], `${at}[${index}]`);
    return;
  }
  expect(actual, at).to.be.an("object");
  for (const [field, inner] of Object.entries(shape)) {
    expectShape((actual as Record<string, unknown>)[field], inner, `${at}.${field}`);
  }
}
