import { z } from "zod";
import { ledgerQuery } from "../schemas/ledger.ts";
import { ledgerPage, signedStatement } from "./components/ledger.ts";
import { eventId } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const tag = "Books";

/** What was decided about an event, and what it comes to. */
export const LEDGER_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/events/:id/ledger",
    operationId: "getLedger",
    tag,
    summary: "An event's ledger by number, as it is stored, with its digests",
    description:
      "Each digest is the SHA-256 of an entry and of the digest before it, so that a change after the fact shows: see " +
      "`src/statements/STATEMENTS.md` for what is digested. Names in `command` and `outcomes` are those of the program.",
    params: z.object({ id: eventId }),
    query: ledgerQuery,
    replies: { 200: { description: "A page of entries", data: ledgerPage } },
    errors: ["EVENT_NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/events/:id/statement",
    operationId: "getStatement",
    tag,
    summary: "What an event's sale has come to, signed",
    description:
      "With the digest of the ledger's last entry: whoever keeps it can show later whether the ledger is still the same. " +
      "`npm run statement:verify` checks it without the server, with the keys of `GET /tickets/keys`.",
    params: z.object({ id: eventId }),
    replies: { 200: { description: "The statement as of now", data: signedStatement } },
    errors: ["EVENT_NOT_FOUND"],
  },
];
