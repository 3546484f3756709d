import type { InvariantId } from "../checker/judgement.ts";
import type { Fault } from "../fault.ts";

/** Names the variant to the processes of a run; no production code reads it. */
export const VARIANT_VARIABLE = "EVENTLY_VARIANT";

/** One change of a module's text, made as it is loaded. */
export interface Edit {
  /** From the root of the project, with slashes. */
  readonly file: string;
  /** What stands there; white space in it stands for any white space. */
  readonly find: string;
  readonly replace: string;
  /** How often it has to stand there. */
  readonly times: number;
}

/**
 * The product broken in one way, to show that the checker sees it. Nothing of it is in the product: its modules are
 * changed on their way into the processes of a run.
 */
export interface Broken {
  /** As `--variant` takes it. */
  readonly name: string;
  /** What is broken, in a sentence. */
  readonly breaks: string;
  /** The invariant that has to see it. Others may, too. */
  readonly caughtBy: InvariantId;
  readonly edits: readonly Edit[];
}

/** A way in which it is broken, and what makes that visible. */
export interface Variant extends Broken {
  readonly fault: Fault;
  readonly point: string;
  /** It is seen within so many runs of different seeds. */
  readonly runsMax: number;
  /** Whether the quick form of all runs includes it. */
  readonly isQuick: boolean;
}

/** @throws Error where the text is not there as often as it has to be: the product has moved on, and the variant with it */
export function edited(source: string, { file, find, replace, times }: Edit): string {
  const pattern = new RegExp(find.trim().split(/\s+/).map(literally).join("\\s+"), "g");
  const found = source.match(pattern)?.length ?? 0;
  if (found !== times) throw new Error(`variant: ${file} has ${found} times, not ${times}: ${find}`);
  return source.replaceAll(pattern, () => replace);
}

/** A text as a pattern that means that very text. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
