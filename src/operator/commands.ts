import { awake } from "./awake.ts";
import type { Command } from "./command.ts";
import { createAdmin } from "./create-admin.ts";
import { dropLetter, listLetters, retryLetter, showLetter } from "./dead-letters.ts";
import { drain, undrain } from "./drain.ts";
import { mailbox } from "./mailbox.ts";
import { pause, resume } from "./sale.ts";
import { rotateTokenKeys } from "./token-keys.ts";

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  awake,
  mailbox,
  listLetters,
  showLetter,
  retryLetter,
  dropLetter,
  pause,
  resume,
  drain,
  undrain,
  createAdmin,
  rotateTokenKeys,
];

/** The project's other programs, which read their own arguments. */
export const PROGRAMS = {
  verify: { file: "src/verify.ts", says: "audits the books, and changes nothing in them" },
  "statement:verify": {
    file: "src/verify-statement.ts",
    says: "verifies a signed statement without a server",
  },
  "tickets:verify": { file: "src/verify-tickets.ts", says: "verifies ticket codes without a server" },
  "tickets:rotate": { file: "src/rotate-ticket-key.ts", says: "makes a new key for ticket codes" },
  migrate: { file: "src/migrate.ts", says: "brings the database of DATABASE_URL up to date" },
  seed: { file: "src/seed.ts", says: "puts sample data into it; not in production" },
} as const;
