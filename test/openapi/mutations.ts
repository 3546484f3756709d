import fc from "fast-check";
import { DOCUMENT, type DocumentedOperation, operationFor } from "../support/contract.ts";
import type { Subject } from "./world.ts";

// biome-ignore lint/suspicious/noExplicitAny: schemas are read as any client would, field by field
type Json = any;

/** A request that differs from a good one. */
export interface Mutated {
  /** For the message of a failure. */
  readonly what: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is. */
  readonly body?: Json;
  readonly token?: string | null;
}

const HUGE = "x".repeat(10_000);
/** Values that programs trip over. */
const HOSTILE: readonly Json[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, [], {}, [null], [[]], { a: { b: 1 } }],
  ...["", " ", "\u0000", "a\u0000b", "\ud800", "\udfff\ud800", HUGE, "__proto__", "constructor", "NaN", "-1"],
  ...[
    "' OR 1=1; --",
    "Robert'); DROP TABLE event;--",
    "%00",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "🎟️",
  ],
  ...[
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2030-02-30T00:00:00Z",
    "00000000-0000-0000-0000-000000000000",
  ],
];
const TEXTS = HOSTILE.filter((value): value is string => typeof value === "string" && value !== "");
const RAW_BODIES = [
  "",
  "{",
  "null",
  "[]",
  '"text"',
  "7",
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"a":1e999}',
  "\u0000",
  `{"a":${"[".repeat(2_000)}${"]".repeat(2_000)}}`,
];
const TOO_LARGE = `{"a":"${"x".repeat(70_000)}"}`;
const MEDIA_TYPES = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/xml",
  "",
];
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  "idempotency-key": ["", "a", '"quoted"', "k".repeat(256), "ümlaut"],
  prefer: ["respond-async", "wait=0", "wait=999999", "wait=-1", ";;=,", "return=minimal"],
  "if-match": ["*", '"1"', '"99999999999999999999"', "nonsense", 'W/"1.1"'],
  "if-none-match": ["*", '"1"', "nonsense"],
  accept: ["application/problem+json", "*/*;q=0", "text/html", ";;;"],
  "x-request-id": ["ok", "not ok", "é"],
  "x-admin-creation-token": ["", "guess", HUGE.slice(0, 2_000)],
};

/** The schema behind references. */
export function resolved(schema: Json): Json {
  if (schema?.$ref === undefined) return schema;
  return resolved(
    schema.$ref
      .split("/")
      .slice(1)
      .reduce((part: Json, key: string) => part[key], DOCUMENT),
  );
}

/** The least and greatest that a schema takes, and just beyond: by its type. */
export function boundariesOf(given: Json): Json[] {
  const schema = resolved(given);
  const parts: Json[] = schema.anyOf ?? schema.oneOf ?? [];
  if (parts.length > 0) return parts.flatMap(boundariesOf);
  if (schema.enum !== undefined) return [...schema.enum, `${schema.enum[0]}x`];
  const { minimum = 0, maximum, minLength = 0, maxLength, minItems = 0, maxItems } = schema;
  switch (schema.type) {
    case "integer":
    case "number":
      return [minimum, minimum - 1, 0, ...(maximum === undefined ? [] : [maximum, maximum + 1])];
    case "string":
      return [
        "a".repeat(minLength),
        "",
        ...(maxLength === undefined ? [] : ["a".repeat(maxLength), "a".repeat(maxLength + 1)]),
      ];
    case "array":
      return [
        [],
        Array(Math.max(0, minItems - 1)).fill("a"),
        ...(maxItems === undefined ? [] : [Array(maxItems + 1).fill("a")]),
      ];
    case "boolean":
      return [true, false];
    default:
      return [];
  }
}

const SQL_ID = "00000000-0000-7000-8000-000000000000' OR '1'='1";

/** Requests with one thing wrong, or merely odd, made of what the document says of an operation. */
export function mutations({ operation, path }: DocumentedOperation, subject: Subject): fc.Arbitrary<Mutated> {
  const kinds: fc.Arbitrary<Mutated>[] = [];
  const add = (values: readonly Mutated[]) => {
    if (values.length > 0) kinds.push(fc.constantFrom(...values));
  };
  const parameters: Json[] = (operation.parameters ?? []).map(resolved);
  add(parameters.filter((one) => one.in === "path").flatMap((one) => inPath(one.name)));
  add(parameters.filter((one) => one.in === "query").flatMap(inQuery));
  add(Object.entries(HEADERS).flatMap(([name, values]) => values.map((value) => withHeader(name, value))));
  add(["nonsense", "a.b.c", null].map((token) => ({ what: `token ${token}`, token })));
  add(otherMethods(path).map((other) => ({ what: `method ${other}`, method: other })));
  if (operation.requestBody !== undefined) {
    add(inBody(resolved(operation.requestBody.content["application/json"].schema), subject.body ?? {}));
    add(RAW_BODIES.map((body) => ({ what: `body ${body.slice(0, 40)}`, body })));
    add([{ what: "a body that is too large", body: TOO_LARGE }]);
    add(MEDIA_TYPES.map((type) => ({ ...withHeader("content-type", type), body: "{}" })));
  }
  return fc.oneof(...kinds);
}

/** Every boundary of every field and parameter, one at a time. */
export function boundaries({ operation }: DocumentedOperation, subject: Subject): Mutated[] {
  const body = resolved(operation.requestBody?.content["application/json"].schema);
  const parameters: Json[] = (operation.parameters ?? []).map(resolved);
  const fields = Object.entries<Json>(body?.properties ?? {}).filter(
    ([, of]) => of["x-alias-of"] === undefined,
  );
  return [
    ...fields.flatMap(([field, schema]) =>
      boundariesOf(schema).map((value) => changed(subject.body ?? {}, field, value)),
    ),
    ...parameters
      .filter((one) => one.in === "query")
      .flatMap(({ name, schema }) =>
        boundariesOf(schema).map((value) => ({
          what: `?${name}=${value}`,
          query: { [name]: String(value) },
        })),
      ),
  ];
}

function changed(body: Json, field: string, value: Json): Mutated {
  return { what: `${field} = ${JSON.stringify(value)?.slice(0, 60)}`, body: { ...body, [field]: value } };
}

function withHeader(name: string, value: string): Mutated {
  return { what: `${name}: ${value.slice(0, 40)}`, headers: { [name]: value } };
}

function inPath(name: string): Mutated[] {
  const values = [
    ...TEXTS.filter((text) => text.isWellFormed() && text !== HUGE),
    SQL_ID,
    "EVT20250101AAAA",
    "x".repeat(2_000),
  ];
  return values.map((value) => ({ what: `{${name}} = ${value.slice(0, 40)}`, params: { [name]: value } }));
}

function inQuery({ name }: { readonly name: string }): Mutated[] {
  return TEXTS.filter((text) => text.isWellFormed()).map((value) => ({
    what: `?${name}=${value.slice(0, 40)}`,
    query: { [name]: value },
  }));
}

function inBody(schema: Json, body: Json): Mutated[] {
  const fields = Object.keys(schema.properties ?? {});
  return [
    ...fields.flatMap((field) => HOSTILE.map((value) => changed(body, field, value))),
    ...Object.keys(body).map((field) => {
      const { [field]: _, ...rest } = body;
      return { what: `without ${field}`, body: rest };
    }),
    { what: "an unknown field", body: { ...body, nobody_knows_this: 1 } },
    { what: "a field named toString", body: { ...body, toString: "x" } },
  ];
}

/** Methods that no operation takes there, not even one whose path has a parameter where this one has a word. */
function otherMethods(path: string): string[] {
  const filled = path.replace(/\{\w+\}/g, "x");
  return ["POST", "PUT", "PATCH", "DELETE"].filter((method) => operationFor(method, filled) === null);
}
