import { request } from "undici";
import type { FaultRun } from "../fault.ts";

/** Texts that JSON can say and PostgreSQL cannot hold, or that are no text at all. */
const TEXTS = ["\\u0000", "a\\u0000b", "\\ud800", "\\udc00x"];
const FIELDS = ["promo_code", "tier"] as const;
const REFUSED: ReadonlySet<number> = new Set([400, 404, 409, 422]);
const ROUNDS = 5;

/** Requests for tickets that hold such a text, between those of the clients, so that they would share an accept. */
export async function sendBadTexts(run: FaultRun): Promise<void> {
  const { workload, system } = run;
  const [url] = system.apiUrls;
  const [person] = workload.people;
  const asked = FIELDS.flatMap((field) => TEXTS.map((text) => `"${field}":"${text}"`));
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const statuses = await Promise.all(
      asked.map(async (field) => {
        const { statusCode, body } = await request(`${url}/api/v1/bookings`, {
          method: "POST",
          headers: { authorization: `Bearer ${person?.token}`, "content-type": "application/json" },
          body: `{"event_id":"${workload.hall.plain.id}","quantity":1,${field}}`,
        });
        await body.dump();
        return { field, statusCode };
      }),
    );
    const wrong = statuses.filter(({ statusCode }) => !REFUSED.has(statusCode));
    for (const { field, statusCode } of wrong) run.violation(`${field} was answered ${statusCode}`);
    refused += statuses.length - wrong.length;
  }
  run.fired("requests with texts that cannot be stored", refused);
}
