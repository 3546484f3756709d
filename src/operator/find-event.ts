import { isUuid } from "../domain/ids.ts";
import type { Queryable } from "../store/database.ts";
import { type NamedEvent, namedEvent } from "../store/operator-reads.ts";
import { Unusable } from "./command.ts";

/** The event of an id or a number. @throws Unusable where it is neither; null where there is none */
export async function findEvent(db: Queryable, word: string): Promise<NamedEvent | null> {
  const id = word.toLowerCase();
  if (!isUuid(id) && !/^[1-9]\d{0,8}$/.test(word)) {
    throw new Unusable(`EVENT is an event's id (a UUID) or its number, not ${JSON.stringify(word)}`);
  }
  return await namedEvent(db, isUuid(id) ? { id } : { number: Number(word) });
}
