import { parentPort } from "node:worker_threads";
import { type PrintJob, print } from "./print-job.ts";

/** The thread of a `Printer`: one job after the other, each answered by its picture or by why there is none. */
const port = parentPort;
if (port === null) throw new Error("invariant: a print thread has a parent");
port.on("message", async (job: PrintJob) => {
  try {
    // A copy of its own bytes: a Buffer may be a piece of a larger store, which cannot be handed over.
    const picture = Uint8Array.from(await print(job));
    port.postMessage({ picture }, [picture.buffer]);
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
});
