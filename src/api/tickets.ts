import type pg from "pg";
import type { Config } from "../ops/config.ts";
import { orFault } from "../store/faults.ts";
import { addToSettingSeries, settingSeries, sharedSetting } from "../store/settings.ts";
import { createTicketDocuments, type DocumentPorts, type TicketDocuments } from "../tickets/documents.ts";
import { KeyRing } from "../tickets/key-ring.ts";
import { newKeyText, type SigningKey, signingKeyOf } from "../tickets/keys.ts";
import { Printer } from "../tickets/printer.ts";

const KEY_SETTING = "ticket_signing_key";

export interface TicketOptions {
  readonly config: Pick<Config, "TICKET_SIGNING_KEY">;
  readonly pool: pg.Pool;
  readonly reads: DocumentPorts["reads"];
}

/** Tickets, for a process that shows them or sends them. Close the printer before the pool. */
export function composeTickets({ config, pool, reads }: TicketOptions): {
  readonly keys: KeyRing;
  readonly printer: Printer;
  readonly documents: TicketDocuments;
} {
  const keys = new KeyRing(() => orFault(() => loadKeys(config, pool)));
  const printer = new Printer();
  return { keys, printer, documents: createTicketDocuments({ reads, keys, printer }) };
}

/**
 * Those of the configuration, then those of the database, newest first: a key that is no longer signed with goes on
 * verifying. The first is made by whichever process comes first, where none is configured.
 */
async function loadKeys(
  { TICKET_SIGNING_KEY: configured }: TicketOptions["config"],
  pool: pg.Pool,
): Promise<SigningKey[]> {
  if (configured.length === 0) await sharedSetting(pool, KEY_SETTING, newKeyText);
  const kept = await settingSeries(pool, KEY_SETTING);
  const keys = new Map(
    [...configured, ...kept].map((text) => signingKeyOf(text)).map((key) => [key.id, key]),
  );
  return [...keys.values()];
}

/** Makes a new key of this installation, which signs from now on. @returns its id */
export async function rotateTicketKey(pool: pg.Pool): Promise<string> {
  await sharedSetting(pool, KEY_SETTING, newKeyText);
  const text = newKeyText();
  await addToSettingSeries(pool, KEY_SETTING, text);
  return signingKeyOf(text).id;
}
