import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerState } from "../engine/presence.ts";
import { inTransaction } from "../store/database.ts";
import { notifyWorkers } from "../store/notices.ts";
import { type KnownWorker, knownWorkers, wantWorker } from "../store/workers.ts";
import { actorOf, audit, BY } from "./audit.ts";
import {
  type Answer,
  type Asked,
  type Command,
  EXIT,
  type Installation,
  type OperatorIo,
} from "./command.ts";

/** A turn may take five seconds, and a worker that missed the notice looks within five. */
const WAIT_MS_MAX = 15_000;
const LOOK_INTERVAL_MS = 100;

const DETAILS =
  "WORKER is its name or id as `evently awake` shows them, or the beginning of either. It may run on any machine. It goes on\n" +
  "running and idles: a supervisor would only start it again. ";

export const drain: Command = {
  name: "drain",
  words: ["WORKER"],
  says: "a booking worker finishes its turns and takes no more; the others go on",
  details: `${DETAILS}One that is started anew takes turns again.\nRefuses where nobody would be left who decides.`,
  options: {
    "even-last": { type: "boolean", says: "also where no other worker takes turns: nothing is decided then" },
    by: BY,
  },
  run: (asked, io) => move(asked, io, false),
};

export const undrain: Command = {
  name: "undrain",
  words: ["WORKER"],
  says: "a drained booking worker takes turns again",
  details: DETAILS.trimEnd(),
  options: { by: BY },
  run: (asked, io) => move(asked, io, true),
};

async function move(asked: Asked, io: OperatorIo, isWanted: boolean): Promise<Answer> {
  const installation = await io.open();
  try {
    const workers = await knownWorkers(installation.pool);
    const found = findWorker(workers, asked.words[0] ?? "");
    if (typeof found === "string") return refused(found);
    const left = workers.filter((other) => other !== found && other.isWanted && !other.isGone);
    if (!isWanted && left.length === 0 && asked.options["even-last"] !== true) {
      return refused(`${found.name} is the only worker that takes turns; --even-last drains it all the same`);
    }
    return await tell(asked, io, installation, { worker: found, isWanted });
  } finally {
    await installation.close();
  }
}

async function tell(
  asked: Asked,
  io: OperatorIo,
  { pool }: Installation,
  { worker, isWanted }: { readonly worker: KnownWorker; readonly isWanted: boolean },
): Promise<Answer> {
  await inTransaction(pool, async (tx) => {
    await wantWorker(tx, worker.id, isWanted);
    await audit(tx, {
      actor: actorOf(asked, io),
      action: isWanted ? "worker.undrain" : "worker.drain",
      subjectId: worker.id,
      changes: {
        wanted: { from: worker.isWanted, to: isWanted },
        name: { from: worker.name, to: worker.name },
      },
    });
  });
  await notifyWorkers(pool);
  const goal: WorkerState = isWanted ? "working" : "drained";
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const now = (await knownWorkers(pool)).find(({ id }) => id === worker.id);
    if (now === undefined) return refused(`${worker.name} ended meanwhile`);
    const json = { id: now.id, name: now.name, state: now.state };
    if (now.state === goal) return { code: EXIT.done, text: `${now.name} is ${goal}`, json };
    if (Date.now() >= deadline) {
      const text = `${now.name} is still ${now.state}: it will be ${goal} as soon as it looks`;
      return { code: EXIT.underWay, text, json };
    }
    await sleep(LOOK_INTERVAL_MS);
  }
}

/** The worker that is meant, or why it is none. */
function findWorker(workers: readonly KnownWorker[], word: string): KnownWorker | string {
  const present = workers.filter(({ isGone }) => !isGone);
  const exact = present.filter(({ id, name }) => id === word || name === word);
  const near = present.filter(({ id, name }) => id.startsWith(word) || name.startsWith(word));
  const [found, other] = exact.length > 0 ? exact : near;
  const names = present.map(({ id, name }) => `${name} (${id})`).join(", ");
  if (found === undefined)
    return `there is no worker ${word}; there ${present.length === 0 ? "is none" : `are ${names}`}`;
  return other === undefined ? found : `${word} may mean several: ${names}`;
}

function refused(text: string): Answer {
  return { code: EXIT.refused, text, json: { error: text } };
}
