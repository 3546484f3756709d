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
}

const entry = z.looseObject({
  seq: z.int(),
  command_id: z.string(),
  type: z.string(),
  decided_at: z.iso.datetime(),
  command: z.looseObject({ type: z.string() }),
  outcomes: z.tuple([z.looseObject({ type: z.string() })], z.looseObject({ type: z.string() })),
  digest: z.string(),
});
const page = z.looseObject({ data: z.looseObject({ entries: z.array(entry) }) });

/**
 * The entries of a line: one of them, or a whole reply with a page of them.
 * @throws Error where it is neither.
 */
export function entriesIn(text: string): readonly ExportedEntry[] {
  // Handed on as they were read: their members have to stay in the order in which they were digested.
  const read = JSON.parse(text);
  if (entry.safeParse(read).success) return [read];
  if (page.safeParse(read).success) return read.data.entries;
  throw new Error("neither an entry of a ledger nor a reply with a page of them");
}
