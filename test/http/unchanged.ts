import { expect } from "chai";
import type { Reply } from "../support/client.ts";
import { until } from "../support/until.ts";
import type { System } from "./shared-system.ts";

/** Everything a request could leave behind; what the effects worker clears away by itself is not looked at. */
const TABLES =
  "users session venue event tier booking ledger withdrawal idempotency_key dead_letter suspect payment payment_session refund waitlist_entry".split(
    " ",
  );
const QUERY = `select ${TABLES.map((table) => `(select count(*) from ${table}) as ${table}`).join(", ")},
    (select count(*) from mailbox.job) as envelopes, (select count(*) from mailbox.queue) as mailboxes,
    (select sum(bookings_accepted + urgent_accepted) from mailbox_counter) as accepted,
    (select sum(version) from event) as versions, (select sum(version) from venue) as venue_versions, (select md5(string_agg(u::text, '' order by id)) from users u) as people`;

/** What other tests left in line, or let expire soon, or have yet to pay, changes the books while one looks. */
const QUIET = `select not exists (select 1 from mailbox.job)
    and not exists (select 1 from actor where next_due_at < now() + interval '2 seconds')
    and not exists (select 1 from payment_task where kind <> 'check') and not exists (select 1 from outbox where sink = 'payment') as quiet`;
const QUIET_MS_MAX = 15_000;

async function isQuiet({ pool }: System): Promise<boolean> {
  const { rows } = await pool.query<{ quiet: boolean }>(QUIET);
  return rows[0]?.quiet === true;
}

/** Runs `work` and expects the database to hold exactly what it held before. */
export async function leavesNothing<T>(system: System, work: () => Promise<T>): Promise<T> {
  const read = async () => (await system.pool.query(QUERY)).rows[0];
  await until("nothing of other tests is under way", () => isQuiet(system), QUIET_MS_MAX);
  const before = await read();
  const result = await work();
  expect(await read()).to.deep.equal(before);
  return result;
}

/** Words that tell what the product is made of, or where in it an error arose. */
const TELLTALE =
  /postgres|pg-boss|koa|zod|sql|syntax error|node_modules|file:\/\/|\bat \S+ \(|TypeError|SyntaxError|invariant|undefined|\[object/i;

/** Expects an error reply that a client can act on: status, code, words, details and the id to ask about. */
export function expectRefusal(
  reply: Reply,
  expected: { readonly status: number; readonly code: string; readonly field?: string },
  about: string,
): void {
  const { status, body, headers } = reply;
  expect(status, `${about}: ${JSON.stringify(body)}`).to.equal(expected.status);
  expect(body, about).to.include.keys(
    "success",
    "error",
    "message",
    "code",
    "details",
    "timestamp",
    "request_id",
  );
  expect(body.success, about).to.equal(false);
  expect(body.code, about).to.equal(expected.code);
  expect(body.error, about).to.equal(body.message);
  expect(body.error, about).to.be.a("string").with.length.within(5, 600);
  expect(body.request_id, about).to.equal(headers.get("x-request-id"));
  if (expected.field !== undefined) {
    expect(body.details, about).to.have.property(expected.field);
    expect(body.details[expected.field], about).to.be.a("string").with.length.above(5);
  }
  expect(JSON.stringify(body), about).not.to.match(TELLTALE);
}
