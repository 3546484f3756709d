import type { z } from "zod";
import { createSchema } from "zod-openapi";
import { exampleOf } from "../openapi/examples.ts";
import { EMITS } from "./emits.ts";
import { PUSHES } from "./pushes.ts";

type Json = Record<string, unknown>;

const ABOUT = `Pushes of Evently. Connect with Socket.IO to the namespace \`/notifications\`, with the access token as
\`auth.token\` of the handshake or in an \`authenticate\` emit. Every emit is acknowledged. A push comes at most once;
each has the ledger number \`seq\` of its event, with which \`catch_up\` and the HTTP API tell what was missed.`;

const CHANNEL = "#/channels/notifications";

/** The AsyncAPI 3 document of the Socket.IO namespace: every emit with its acknowledgement, and every push. */
export function buildAsyncDocument(version: string): Json {
  const messages: Record<string, Json> = {};
  const operations: Record<string, Json> = {};
  const schemas: Record<string, unknown> = {};
  const message = (
    key: string,
    name: string,
    { summary, schema }: { summary: string; schema: z.ZodType },
  ) => {
    const payload = schemaOf(schema, schemas);
    const example = exampleOf(payload, schemas as Record<string, Json>);
    messages[key] = {
      name,
      title: name,
      summary,
      contentType: "application/json",
      payload,
      examples: [{ payload: example }],
    };
    return [{ $ref: `${CHANNEL}/messages/${key}` }];
  };
  for (const [name, { summary, payload, answer }] of Object.entries(EMITS)) {
    const asked = message(name, name, { summary, schema: payload });
    const answered = message(`${name}_answer`, name, {
      summary: `What ${name} is acknowledged with`,
      schema: answer,
    });
    operations[name] = {
      action: "receive",
      channel: { $ref: CHANNEL },
      summary,
      messages: asked,
      reply: { channel: { $ref: CHANNEL }, messages: answered },
    };
  }
  for (const [name, { summary, payload }] of Object.entries(PUSHES)) {
    const pushed = message(`${name}_push`, name, { summary, schema: payload });
    operations[`push_${name}`] = { action: "send", channel: { $ref: CHANNEL }, summary, messages: pushed };
  }
  return {
    asyncapi: "3.0.0",
    info: { title: "Evently pushes", version, description: ABOUT, license: { name: "MIT" } },
    defaultContentType: "application/json",
    channels: {
      notifications: {
        address: "/notifications",
        title: "The Socket.IO namespace",
        messages: Object.fromEntries(
          Object.keys(messages).map((key) => [key, { $ref: `#/components/messages/${key}` }]),
        ),
      },
    },
    operations,
    components: { messages, schemas },
  };
}

/** A schema in JSON; what it refers to is collected among the components. */
function schemaOf(schema: z.ZodType, schemas: Record<string, unknown>): Json {
  const made = createSchema(schema, { io: "output" });
  Object.assign(schemas, made.components);
  return made.schema as Json;
}
