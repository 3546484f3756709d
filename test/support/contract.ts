import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { buildDocument } from "../../src/http/openapi/document.ts";

// biome-ignore lint/suspicious/noExplicitAny: a document is read as any client of it would, field by field
type Json = any;

/** The document that the product serves. */
export const DOCUMENT: Json = buildDocument("0.0.0");

export interface DocumentedOperation {
  readonly method: string;
  /** As the document writes it. */
  readonly path: string;
  readonly operation: Json;
}

/** All operations of a document. */
export function operationsOf(document: Json): DocumentedOperation[] {
  return Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

interface Route extends DocumentedOperation {
  readonly pattern: RegExp;
  readonly parameters: number;
}

/** Fixed paths before those with parameters, as the router has it. */
const ROUTES: readonly Route[] = operationsOf(DOCUMENT)
  .map((one) => ({
    ...one,
    pattern: new RegExp(`^${one.path.replace(/\{\w+\}/g, "[^/]+")}/?$`, "i"),
    parameters: one.path.split("{").length,
  }))
  .toSorted((a, b) => a.parameters - b.parameters);

/** The operation that a request is for; null where the document has none. @param path without the query */
export function operationFor(method: string, path: string): DocumentedOperation | null {
  const meant = method === "HEAD" ? "GET" : method;
  return ROUTES.find((route) => route.method === meant && route.pattern.test(path)) ?? null;
}

const ajv = new Ajv2020({ strict: false, allErrors: false, discriminator: false });
formats.default(ajv);
ajv.addSchema(DOCUMENT, "evently");
const compiled = new Map<string, ValidateFunction>();

function validatorAt(pointer: string): ValidateFunction {
  const known = compiled.get(pointer);
  if (known !== undefined) return known;
  const made = ajv.compile({ $ref: `evently#${pointer}` });
  compiled.set(pointer, made);
  return made;
}

const escaped = (part: string) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));

/** A schema of the document. @param path its keys from the root */
export function validator(...path: readonly string[]): ValidateFunction {
  return validatorAt(path.map((part) => `/${escaped(part)}`).join(""));
}

interface SeenReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * What is wrong with a reply as the document has it: a status that it does not know, a body of another form, a header
 * that it does not name. Null where all is well, or where the document has no such operation.
 */
export function breachOf(method: string, path: string, reply: SeenReply): string | null {
  const found = operationFor(method, path);
  if (found === null || reply.status === 405) return null;
  const { operation } = found;
  const name = `${method} ${found.path} (${operation.operationId})`;
  const stated = operation.responses[reply.status];
  if (stated === undefined) {
    const known = Object.keys(operation.responses).join(", ");
    return `${name} answered ${reply.status}, which is not documented (${known}): ${shown(reply.body)}`;
  }
  if (method === "HEAD") return null;
  const at: string[] =
    stated.$ref === undefined
      ? ["paths", found.path, found.method.toLowerCase(), "responses", String(reply.status)]
      : stated.$ref.split("/").slice(1);
  const response = at.reduce((part, key) => part[key], DOCUMENT);
  return bodyBreach(name, response, at, reply) ?? headerBreach(name, response, reply);
}

function bodyBreach(name: string, response: Json, at: readonly string[], reply: SeenReply): string | null {
  const { status, body, headers } = reply;
  if (response.content === undefined) {
    return body === "" ? null : `${name} answered ${status} with a body, documented without`;
  }
  const type = (headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
  if (response.content[type] === undefined) return `${name} answered ${status} as ${type}, not documented`;
  const validate = validator(...at, "content", type, "schema");
  if (validate(body)) return null;
  const wrong = ajv.errorsText(validate.errors, { dataVar: "body" });
  return `${name} answered ${status} with a body that is not as documented: ${wrong} ${params(validate)}: ${shown(body)}`;
}

function params({ errors }: ValidateFunction): string {
  return JSON.stringify(errors?.map((error) => error.params));
}

/** Headers with a meaning of their own; what every HTTP server sends is not documented. */
const TOLD = [
  "location",
  "etag",
  "link",
  "retry-after",
  "idempotency-replayed",
  "preference-applied",
  "www-authenticate",
];

function headerBreach(name: string, response: Json, { status, headers }: SeenReply): string | null {
  const known = Object.keys(response.headers ?? {}).map((header) => header.toLowerCase());
  const silent = TOLD.find((header) => headers.has(header) && !known.includes(header));
  return silent === undefined ? null : `${name} answered ${status} with ${silent}, which is not documented`;
}

function shown(body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return text.length > 1_500 ? `${text.slice(0, 1_500)}…` : text;
}
