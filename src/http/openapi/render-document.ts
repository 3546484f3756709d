import { Worker } from "node:worker_threads";

/**
 * A document as JSON, built in a thread of its own: it takes a quarter of a second and some 30 MB, once, which the
 * requests of this process shall not feel.
 */
export function renderDocument(kind: "openapi" | "asyncapi", version: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./document-worker.ts", import.meta.url), {
      workerData: { kind, version },
    });
    worker.once("message", (json: string) => resolve(Buffer.from(json)));
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the document's thread ended with ${code}`)));
  });
}
