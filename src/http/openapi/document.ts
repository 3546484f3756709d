import { createDocument } from "zod-openapi";
import { type Access, CANONICAL_ACCESS } from "../access.ts";
import { error, problem } from "./components/error.ts";
import { ErrorReplies } from "./error-replies.ts";
import { exampleOf } from "./examples.ts";
import type { Operation } from "./operation.ts";
import { CANONICAL_OPERATIONS, SYSTEM_OPERATIONS, TAGS } from "./operations.ts";
import { REQUEST_HEADERS } from "./parameters.ts";
import { documentPath, renderOperation } from "./render.ts";
import { REPLY_HEADERS } from "./reply-headers.ts";

const CANONICAL_BASE = "/api/v1";

const ABOUT = `Event ticketing. Every event decides its bookings one after the other, so that nothing is oversold.

Replies of success are \`{success: true, data, message?, timestamp}\`, errors \`{success: false, error, code, details, …}\`
or, where \`application/problem+json\` is accepted, RFC 9457. Unknown fields in a body are an error, unknown parameters
of a query are not. Fields may be sent in camelCase or under any name that is listed as another name of theirs.
\`x-required-role\` says whom an operation is for: anybody, whoever has a token, organizers, or admins.`;

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

interface DocumentOperation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, MediaType>> }>>;
}

interface MediaType {
  readonly schema: Readonly<Record<string, unknown>>;
  example?: unknown;
}

/** The OpenAPI 3.1 document of the canonical surface and the system's routes. Pure; takes some 50 ms. */
export function buildDocument(version: string): Document {
  const errors = new ErrorReplies();
  const described = {
    openapi: "3.1.0",
    info: { title: "Evently", version, description: ABOUT, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/", description: "This installation" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: pathsOf(errors),
    components: {
      schemas: { Error: error, Problem: problem },
      parameters: REQUEST_HEADERS as never,
      headers: REPLY_HEADERS as never,
      responses: errors.components as never,
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "The access token of /auth/login",
        },
      },
    },
  } satisfies Parameters<typeof createDocument>[0];
  // What is checked by code is described by its own metadata.
  const document = createDocument(described, { allowEmptySchema: { custom: true } }) as unknown as Document;
  addExamples(document);
  return document;
}

function pathsOf(errors: ErrorReplies) {
  const paths: Record<string, Record<string, ReturnType<typeof renderOperation>>> = {};
  const add = (base: string, operation: Operation, access: Access | null) => {
    const path = documentPath(base, operation.path);
    paths[path] ??= {};
    paths[path][operation.method.toLowerCase()] = renderOperation(operation, access, errors);
  };
  for (const operation of CANONICAL_OPERATIONS) add(CANONICAL_BASE, operation, accessOf(operation));
  for (const operation of SYSTEM_OPERATIONS) add("", operation, null);
  return paths;
}

/** @throws Error at an operation that no route has. */
function accessOf({ method, path }: Operation): Access {
  const access = CANONICAL_ACCESS[`${method} ${path}`];
  if (access === undefined) throw new Error(`invariant: no route ${method} ${path} is documented`);
  return access;
}

/** Every reply that states none gets an example, made of what its schema's parts state. */
function addExamples({ paths, components }: Document): void {
  for (const { responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
    for (const { content = {} } of Object.values(responses)) {
      for (const media of Object.values(content))
        media.example ??= exampleOf(media.schema, components.schemas);
    }
  }
}
