import { parseArgs } from "node:util";
import { isUuid } from "../domain/ids.ts";
import { type AuditProgress, auditDatabase } from "./audit-database.ts";
import type { AuditSource } from "./ports.ts";
import { ProgressDisplay, type Screen } from "./progress.ts";
import { reportText } from "./report.ts";

/** What the command is given of the world. */
export interface VerifyIo {
  /** Opens the database to look at; `close` is called whatever happens. */
  readonly open: () => Promise<{ readonly source: AuditSource; close(): Promise<void> }>;
  /** Of an error, what a person is told. */
  readonly reasonOf: (error: unknown) => string;
  /** Takes the report. */
  readonly print: (text: string) => void;
  /** Takes progress and complaints. */
  readonly screen: Screen;
}

export const VERIFY_USAGE = `usage: npm run verify -- [--event ID] [--json]

Audits the database of DATABASE_URL, else the embedded one, whether npm start runs or not: decides every event's ledger
again and holds counters, seats, bookings, payments, refunds, waitlists, codes, mailboxes and idempotency keys against it.
Reads only. Exits with 0 where everything agrees, 1 where something differs, 2 where it cannot look.
`;

const EXIT = { clean: 0, differences: 1, cannotLook: 2 } as const;

/** `npm run verify`. @returns the code to exit with */
export async function verifyCommand(given: readonly string[], io: VerifyIo): Promise<number> {
  const asked = argumentsOf(given);
  if (typeof asked === "string") {
    io.screen.write(`${asked}\n${VERIFY_USAGE}`);
    return EXIT.cannotLook;
  }
  const display = new ProgressDisplay(io.screen);
  try {
    return await look(asked, io, (progress) => display.show(progress));
  } catch (error) {
    display.end();
    io.screen.write(`the books could not be looked at: ${io.reasonOf(error)}\n`);
    return EXIT.cannotLook;
  }

  async function look(
    { eventId, isJson }: Asked,
    { open, print }: VerifyIo,
    observe: (progress: AuditProgress) => void,
  ): Promise<number> {
    const { source, close } = await open();
    try {
      const { events } = await source.size(eventId);
      if (eventId !== null && events === 0) throw new Error(`there is no event ${eventId}`);
      const report = await auditDatabase(source, eventId, observe);
      display.end();
      print(isJson ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
      return report.differences === 0 ? EXIT.clean : EXIT.differences;
    } finally {
      await close();
    }
  }
}

interface Asked {
  readonly eventId: string | null;
  readonly isJson: boolean;
}

/** What was asked for, or what is wrong with it. */
function argumentsOf(given: readonly string[]): Asked | string {
  try {
    const { values } = parseArgs({
      args: [...given],
      options: { event: { type: "string" }, json: { type: "boolean", default: false } },
    });
    const eventId = values.event?.toLowerCase() ?? null;
    if (eventId !== null && !isUuid(eventId))
      return `--event takes an event's id (a UUID), not ${values.event}`;
    return { eventId, isJson: values.json };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
