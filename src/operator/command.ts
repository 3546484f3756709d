import type pg from "pg";
import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";

/** How a command ends. Documented in docs/operating.md. */
export const EXIT = {
  done: 0,
  /** Looked at and not done: refused, not found, not in that state. Says why. */
  refused: 1,
  /** Not understood, or the installation cannot be reached. */
  unusable: 2,
  /** Asked for, and not known to have happened in time. */
  underWay: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a command is given of the running installation. */
export interface Installation {
  readonly pool: pg.Pool;
  readonly config: Config;
  readonly log: Log;
  close(): Promise<void>;
}

/** What a command is given of the world. */
export interface OperatorIo {
  /** @throws Unusable where there is none to be reached. */
  readonly open: () => Promise<Installation>;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** A secret from the terminal, without showing it, or from standard input. */
  readonly readSecret: (prompt: string) => Promise<string>;
  /** Who asks, as the machine knows them. */
  readonly operator: string;
  /** Runs one of the project's other programs to its end; its exit code. */
  readonly runProgram: (file: string, args: readonly string[]) => Promise<number>;
}

/** Said to the person, without a stack; the command ends with `EXIT.unusable`. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

export interface Option {
  readonly type: "string" | "boolean";
  /** What stands for its value in the help. */
  readonly value?: string;
  readonly says: string;
}

export interface Asked {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** What a command found out or did: for people, and for machines under `--json`. */
export interface Answer {
  readonly code: ExitCode;
  readonly text: string;
  readonly json: unknown;
}

export interface Command {
  /** Its words on the command line, such as `dead-letters retry`. */
  readonly name: string;
  /** What follows them, such as `EVENT`; in brackets where it may be left out. */
  readonly words: readonly string[];
  /** One line. */
  readonly says: string;
  /** More for its own help, whole lines. */
  readonly details?: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly run: (asked: Asked, io: OperatorIo) => Promise<Answer>;
}
