import { readFileSync } from "node:fs";
import type { Done, Entry, Invoke, Note } from "./entry.ts";
import type { Op } from "./op.ts";

/** One request and what came of it; null: the history ends before its answer, which is as good as none. */
export interface Attempt<O extends Op = Op> {
  readonly invoke: Invoke & { readonly op: O };
  readonly done: Done | null;
}

/** A history as a checker reads it. */
export interface ParsedHistory {
  /** In the order of sending. */
  readonly attempts: readonly Attempt[];
  readonly notes: readonly Note[];
}

/**
 * Reads a history. A last line that was cut off is left out: its writer died over it.
 * @throws Error naming the line where it is no history: not JSON, an answer without its request, or a second one.
 */
export function readHistory(path: string): ParsedHistory {
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  const attempts = new Map<number, { invoke: Invoke; done: Done | null }>();
  const notes: Note[] = [];
  for (const [at, line] of lines.entries()) {
    const wrong = (what: string) => new Error(`${path}:${at + 1}: ${what}: ${line.slice(0, 200)}`);
    const entry = parsed(line, wrong);
    switch (entry.type) {
      case "invoke":
        if (attempts.has(entry.id)) throw wrong("an operation is invoked twice");
        attempts.set(entry.id, { invoke: entry, done: null });
        break;
      case "ok":
      case "fail":
      case "info":
        takeDone(attempts.get(entry.id), entry, wrong);
        break;
      case "note":
        notes.push(entry);
        break;
      default:
        entry satisfies never;
        throw wrong("no entry of a history");
    }
  }
  return { attempts: [...attempts.values()], notes };
}

function parsed(line: string, wrong: (what: string) => Error): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    throw wrong("no JSON");
  }
}

function takeDone(
  attempt: { done: Done | null } | undefined,
  done: Done,
  wrong: (what: string) => Error,
): void {
  if (attempt === undefined) throw wrong("an answer without a request");
  if (attempt.done !== null) throw wrong("a second answer");
  attempt.done = done;
}

/** The attempts of some kinds of operations. */
export function attemptsOf<T extends Op["type"]>(
  { attempts }: ParsedHistory,
  ...types: readonly T[]
): Attempt<Extract<Op, { readonly type: T }>>[] {
  const wanted: ReadonlySet<string> = new Set(types);
  return attempts.filter(({ invoke }) => wanted.has(invoke.op.type)) as Attempt<
    Extract<Op, { readonly type: T }>
  >[];
}

/** The notes of one kind. */
export function notesOf<W extends Note["what"]>(
  { notes }: ParsedHistory,
  what: W,
): Extract<Note, { readonly what: W }>[] {
  return notes.filter((note) => note.what === what) as Extract<Note, { readonly what: W }>[];
}
