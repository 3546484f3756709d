import { randomBytes } from "node:crypto";
import type pg from "pg";
import type { EventId, UserId } from "../domain/ids.ts";
import { draftOf } from "../http/drafts/new-event.ts";
import { createPasswordHasher } from "../identity/passwords.ts";
import type { Role } from "../identity/principal.ts";
import { createMailbox, startBoss } from "../mailbox/boss.ts";
import { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import { createAliases } from "../store/aliases.ts";
import { createEvent } from "../store/create-event.ts";
import { eventsByIds } from "../store/queries/events.ts";
import { createUserStore } from "../store/users.ts";
import { sampleEvents } from "./sample-events.ts";

const PASSWORD_BYTES = 18;
/** In the order in which they are given numbers: 1 and 2 on a new installation, as surface B's document has them. */
const PEOPLE = [
  { email: "user@sample.evently.local", name: "Sample User", role: "user" },
  { email: "admin@sample.evently.local", name: "Sample Admin", role: "admin" },
] as const;

export interface SeededPerson {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  /** What surface B calls them. */
  readonly number: number;
  /** Null where they were there already: nobody knows it but who read it then. */
  readonly password: string | null;
}

export interface Seeded {
  readonly people: readonly SeededPerson[];
  readonly events: readonly { readonly id: string; readonly number: number; readonly name: string }[];
}

interface SeedOptions {
  readonly pool: pg.Pool;
  readonly log: Log;
  readonly defaults: Parameters<typeof draftOf>[1]["defaults"];
}

/** Puts sample people and events into a database that is up to date. What is there already stays as it is. */
export async function seed(options: SeedOptions): Promise<Seeded> {
  const people: SeededPerson[] = [];
  // One after the other: their numbers are given out in this order.
  for (const person of PEOPLE) people.push(await provide(options.pool, person));
  const createdBy = people.find(({ role }) => role === "admin")?.id as UserId;
  return { people, events: await provideEvents(options, createdBy) };
}

async function provide(pool: pg.Pool, person: (typeof PEOPLE)[number]): Promise<SeededPerson> {
  const users = createUserStore(pool);
  const known = await users.credentialsByEmail(person.email);
  const password = known === null ? randomBytes(PASSWORD_BYTES).toString("base64url") : null;
  const id = known?.user.id ?? new IdSource().newId();
  if (password !== null) {
    const passwordHash = await createPasswordHasher({ concurrencyMax: 1, queueMax: 1 }).hash(password);
    const nothing = { firstName: null, lastName: null, phone: null };
    await users.insert({ ...person, ...nothing, id, passwordHash });
  }
  const [number = 0] = await createAliases(pool).numbersOf("user", [id]);
  return { id, email: person.email, role: person.role, number, password };
}

async function provideEvents(
  { pool, log, defaults }: SeedOptions,
  createdBy: UserId,
): Promise<Seeded["events"]> {
  const samples = sampleEvents(Date.now());
  const sampleIds = samples.map(({ eventId }) => eventId as EventId);
  const known = new Set((await eventsByIds(pool, sampleIds)).map(({ eventId }) => String(eventId)));
  const boss = await startBoss(pool, log);
  const ids = new IdSource();
  try {
    for (const { eventId, body } of samples.filter((sample) => !known.has(sample.eventId))) {
      const draft = draftOf(body, { eventId: eventId as EventId, createdBy, defaults, layout: null });
      const event = { ...draft, venue: body.venue ?? "", venueId: null };
      await createEvent(pool, { commandId: ids.commandId(), draft: event, key: null }, (id) =>
        createMailbox(boss, id),
      );
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  const events = await eventsByIds(pool, sampleIds);
  return events
    .map(({ eventId, number, name }) => ({ id: eventId, number, name }))
    .sort((a, b) => a.number - b.number);
}
