import { renderRehearsal } from "./chart.ts";
import { type AskedRehearsal, REHEARSE_USAGE, rehearsalArguments } from "./command-arguments.ts";
import { readDemandFile } from "./demand-file.ts";
import { REQUESTS_MAX } from "./plan.ts";
import type { RehearsalSource } from "./ports.ts";
import { readSubject } from "./read-subject.ts";
import { RehearsalRefused } from "./refusal.ts";
import { rehearse } from "./rehearse.ts";
import { reportText } from "./report-text.ts";
import type { RehearsalResult } from "./result.ts";

/** What the command is given of the world. */
export interface RehearseIo {
  /** Opens the database to read of; `close` is called whatever happens. */
  readonly open: () => Promise<{ readonly source: RehearsalSource; close(): Promise<void> }>;
  readonly readFile: (path: string) => Promise<string>;
  /** Makes the folder where it is missing. */
  readonly writeFile: (path: string, content: string) => Promise<void>;
  /** Of an error, what a person is told. */
  readonly reasonOf: (error: unknown) => string;
  /** Takes the result. */
  readonly print: (text: string) => void;
  /** Takes complaints. */
  readonly complain: (text: string) => void;
}

const EXIT = { done: 0, differs: 1, cannot: 2 } as const;

/** `npm run rehearse`. @returns the code to exit with */
export async function rehearseCommand(given: readonly string[], io: RehearseIo): Promise<number> {
  if (given.includes("--help")) {
    io.print(REHEARSE_USAGE);
    return EXIT.done;
  }
  try {
    const asked = rehearsalArguments(given);
    const rows =
      asked.demandFile === null ? null : readDemandFile(await io.readFile(asked.demandFile), REQUESTS_MAX);
    const result = await rehearsalOf(asked, rows, io);
    io.print(asked.isJson ? `${JSON.stringify(result, null, 2)}\n` : reportText(result));
    if (asked.outFolder !== null) await writeOut(asked.outFolder, result, io);
    return result.check?.agrees === false ? EXIT.differs : EXIT.done;
  } catch (error) {
    const reason = error instanceof RehearsalRefused ? error.message : io.reasonOf(error);
    io.complain(`nothing was rehearsed: ${reason}\n`);
    return EXIT.cannot;
  }
}

async function rehearsalOf(
  { eventId, plan, times }: AskedRehearsal,
  rows: ReturnType<typeof readDemandFile> | null,
  io: RehearseIo,
): Promise<RehearsalResult> {
  const { source, close } = await io.open();
  try {
    const subject = await readSubject(source, { id: eventId, present: plan.from === "now" });
    const { currency, tiers } = subject.sale.stage.draft;
    const wanted =
      rows === null ? ({ type: "recorded", times } as const) : ({ type: "stated", rows } as const);
    return rehearse(subject, { ...plan, wanted, whatIf: plan.whatIf({ currency, tiers }) });
  } finally {
    await close();
  }
}

async function writeOut(folder: string, result: RehearsalResult, { writeFile }: RehearseIo): Promise<void> {
  await writeFile(`${folder}/rehearsal.json`, `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(`${folder}/rehearsal.svg`, renderRehearsal(result));
  await writeFile(`${folder}/rehearsal.txt`, reportText(result));
}
