import { parentPort, workerData } from "node:worker_threads";
import { buildAsyncDocument } from "../asyncapi/document.ts";
import { buildDocument } from "./document.ts";

/** Builds one document and ends; see `renderDocument`. */
const { kind, version } = workerData as { readonly kind: "openapi" | "asyncapi"; readonly version: string };
parentPort?.postMessage(JSON.stringify((kind === "openapi" ? buildDocument : buildAsyncDocument)(version)));
