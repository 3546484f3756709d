import { z } from "zod";
import { eventId, named, time } from "./components/scalars.ts";
import type { BareReply, Operation } from "./operation.ts";

const tag = "System";

const health = z
  .strictObject({
    status: z.enum(["OK", "DEGRADED"]),
    service: named("Evently Booking System"),
    version: named("0.1.0"),
    timestamp: time,
    uptime: z.number().meta({ description: "Seconds", examples: [12.5] }),
    database: z.enum(["connected", "disconnected"]),
    redis: z.enum(["connected", "disconnected", "not configured"]),
    memory: z.strictObject({ used: named("60.1 MB"), total: named("180.4 MB") }),
  })
  .meta({ id: "Health", description: "How this process is" });

const information = z.strictObject({
  success: z.literal(true),
  service: named("Evently Booking API"),
  version: named("0.1.0"),
  endpoints: z.record(z.string(), z.string()).meta({ examples: [{ events: "/api/v1/events" }] }),
  features: z.array(z.string()),
  timestamp: time,
});

const json = (description: string, schema: z.ZodType): BareReply => ({
  description,
  content: { "application/json": schema },
});

const probing = (path: string, operationId: string, summary: string): Operation => ({
  method: "GET",
  path,
  operationId,
  tag,
  summary,
  replies: { 200: json("It serves", health), 503: json("Its database is away", health) },
  errors: [],
});

const document = (path: string, operationId: string, summary: string): Operation => ({
  method: "GET",
  path,
  operationId,
  tag,
  summary,
  headers: ["If-None-Match"],
  replies: {
    200: {
      ...json("The document", z.record(z.string(), z.unknown()).meta({ examples: [{}] })),
      headers: ["ETag"],
    },
    304: { description: "The client has it", content: null, headers: ["ETag"] },
  },
  errors: [],
});

const ready = z.strictObject({ status: z.enum(["ready", "not ready"]) });

/** What is neither the business's nor behind a token: paths from the root. */
export const SYSTEM_OPERATIONS: readonly Operation[] = [
  probing("/health", "getHealth", "How this process is"),
  probing("/api/v1/health", "getHealthOfApi", "The same at its other address"),
  {
    method: "GET",
    path: "/livez",
    operationId: "getLiveness",
    tag,
    summary: "Whether the process answers at all",
    replies: { 200: json("It does", z.strictObject({ status: z.literal("alive") })) },
    errors: [],
  },
  {
    method: "GET",
    path: "/readyz",
    operationId: "getReadiness",
    tag,
    summary: "Whether it should be sent requests",
    replies: { 200: json("Yes", ready), 503: json("No: it drains, or its database is away", ready) },
    errors: [],
  },
  {
    method: "GET",
    path: "/metrics",
    operationId: "getMetrics",
    tag,
    summary: "Metrics for Prometheus; with METRICS_TOKEN set that is the bearer token",
    replies: {
      200: { description: "In Prometheus' text format", content: { "text/plain": named("evently_up 1") } },
    },
    errors: ["AUTH_REQUIRED"],
  },
  {
    method: "GET",
    path: "/api/v1",
    operationId: "getInformation",
    tag,
    summary: "What this API is",
    replies: { 200: json("A short description", information) },
    errors: [],
  },
  document("/openapi.json", "getOpenApi", "This document"),
  document("/asyncapi.json", "getAsyncApi", "The document of the pushes over Socket.IO"),
  {
    method: "GET",
    path: "/ws/events/:id",
    operationId: "followEvent",
    tag,
    summary: "A WebSocket that tells of an event's seats and sale; any other request is told to upgrade",
    params: z.object({ id: eventId }),
    replies: { 101: { description: "The connection is a WebSocket from now on", content: null } },
    errors: ["UPGRADE_REQUIRED"],
  },
  {
    method: "GET",
    path: "/docs",
    operationId: "getDocs",
    tag,
    summary: "This document to read and try out",
    replies: { 200: { description: "A page", content: { "text/html": z.string() } } },
    errors: [],
  },
  {
    method: "GET",
    path: "/docs/:file",
    operationId: "getDocsFile",
    tag,
    summary: "What that page needs",
    params: z.object({ file: named("swagger-ui.css") }),
    headers: ["If-None-Match"],
    replies: {
      200: {
        description: "A file",
        content: { "text/css": z.string(), "text/javascript": z.string(), "image/png": z.string() },
        headers: ["ETag"],
      },
      304: { description: "The client has it", content: null, headers: ["ETag"] },
    },
    errors: ["NOT_FOUND"],
  },
];
