import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import type { Access } from "../access.ts";
import { documentedSchema } from "./body.ts";
import { time } from "./components/scalars.ts";
import { codesOf, type ErrorReplies, isLimited, ownErrorHeaders } from "./error-replies.ts";
import type { DocumentedReply, EnvelopeReply, Operation } from "./operation.ts";
import { headerParameters } from "./parameters.ts";
import { headersOf } from "./reply-headers.ts";

/** A reply that says that the client's copy is still good. */
export const NOT_MODIFIED: DocumentedReply = {
  description: "The client has what it would be sent",
  content: null,
  headers: ["ETag"],
};

/** The document's path of a router's: `/events/:id` is `/events/{id}`. */
export function documentPath(base: string, path: string): string {
  return `${base}${path.replace(/:(\w+)/g, "{$1}")}`;
}

/** An operation in OpenAPI's terms. @param access whom it is for; null: a system route, without token or limit */
export function renderOperation(
  operation: Operation,
  access: Access | null,
  errors: ErrorReplies,
): ZodOpenApiOperationObject {
  const { operationId, tag, summary, description, params, query, body, headers = [] } = operation;
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: securityOf(access),
    ...(access === null ? {} : { "x-required-role": access }),
    requestParams: { ...(params && { path: params }), ...(query && { query }) },
    parameters: headerParameters(headers) as never,
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.required ?? true,
            content: {
              "application/json": { schema: documentedSchema(body), examples: examplesOf(body.examples) },
            },
          },
        }),
    responses: repliesOf(operation, access, errors) as never,
  };
}

/** A token that is there must be good, also where none is needed. */
function securityOf(access: Access | null): Record<string, string[]>[] {
  if (access === null) return [];
  return access === "public" ? [{}, { bearer: [] }] : [{ bearer: [] }];
}

function examplesOf(examples: readonly object[]): Record<string, { value: object }> {
  return Object.fromEntries(examples.map((value, at) => [`example${at + 1}`, { value }]));
}

function repliesOf(
  operation: Operation,
  access: Access | null,
  errorReplies: ErrorReplies,
): Record<string, unknown> {
  const isCounted = isLimited(operation, access);
  const replies = Object.entries(operation.replies).map(([status, reply]) => [
    status,
    {
      description: reply.description,
      headers: headersOf(Number(status), { isLimited: isCounted, own: reply.headers ?? [] }),
      ...contentOf(reply),
    },
  ]);
  // A route may say by itself what an error of its own looks like, such as a probe's 503.
  const errors = [...codesOf(operation, access)]
    .filter(([status]) => operation.replies[status] === undefined)
    .map(([status, codes]) => [
      String(status),
      errorReplies.reply(status, codes, {
        isLimited: isCounted,
        own: ownErrorHeaders(status, operation),
      }),
    ]);
  return Object.fromEntries([...replies, ...errors].sort(([a], [b]) => Number(a) - Number(b)));
}

function contentOf(reply: DocumentedReply): { content?: Record<string, { schema: z.ZodType }> } {
  if ("data" in reply) return { content: { "application/json": { schema: envelope(reply) } } };
  if (reply.content === null) return {};
  return {
    content: Object.fromEntries(Object.entries(reply.content).map(([type, schema]) => [type, { schema }])),
  };
}

function envelope({ data, beside = {} }: EnvelopeReply): z.ZodType {
  return z.strictObject({
    success: z.literal(true),
    data,
    message: z
      .string()
      .optional()
      .meta({ examples: ["Done"] }),
    timestamp: time,
    ...beside,
  });
}
