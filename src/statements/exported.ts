import { z } from "zod";
import type { Command, CreateEvent } from "../domain/command.ts";
import type { Decision } from "../domain/outcome.ts";

/** An entry of `GET /events/:id/ledger`. */
export interface ExportedEntry {
  readonly seq: number;
  readonly command_id: string;
  readonly type: string;
  readonly decided_at: string;
  readonly command: Command | CreateEvent;
  readonly outcomes: Decision;
  readonly digest: string;
  /** Null of the first. */
  readonly previous_digest: string | null;
}

const entry = z.looseObject({
  seq: z.int(),
  command_id: z.string(),
  type: z.string(),
  decided_at: z.iso.datetime(),
  command: z.looseObject({ type: z.string() }),
  outcomes: z.tuple([z.looseObject({ type: z.string() })], z.looseObject({ type: z.string() })),
  digest: z.string(),
  previous_digest: z.string().nullable(),
});
const page = z.looseObject({ data: z.looseObject({ entries: z.array(entry) }) });

/**
 * The entries of a line: one of them, or a whole reply with a page of them.
 * @throws Error where it is neither, or is not written as the API writes it: of a member that stands there twice only the
 *   last would be looked at.
 */
export function entriesIn(text: string): readonly ExportedEntry[] {
  // Handed on as they were read: their members have to stay in the order in which they were digested.
  const read = JSON.parse(text);
  if (JSON.stringify(read) !== text.trim())
    throw new Error("not as the API writes it: formatted anew, or with a member twice");
  if (entry.safeParse(read).success) return [read];
  if (page.safeParse(read).success) return read.data.entries;
  throw new Error("neither an entry of a ledger nor a reply with a page of them");
}
