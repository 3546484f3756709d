import { createInterface } from "node:readline";
import type { ReadStream } from "node:tty";

/** The last one is Ctrl-D. */
const ENDS: ReadonlySet<string> = new Set(["\r", "\n", "\u0004"]);
const CTRL_C = "\u0003";
const BACKSPACES: ReadonlySet<string> = new Set(["\u0008", "\u007f"]);

/**
 * A secret as somebody types it, without showing it, or the first line of what is piped in. Nothing of it is ever printed.
 * @throws Error where they gave up by Ctrl-C
 */
export async function readSecret(
  prompt: string,
  input: ReadStream,
  output: { write(text: string): unknown },
): Promise<string> {
  if (!input.isTTY) return await firstLine(input);
  output.write(prompt);
  input.setRawMode(true);
  try {
    return await typed(input);
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write("\n");
  }
}

async function firstLine(input: ReadStream): Promise<string> {
  for await (const line of createInterface({ input })) return line;
  return "";
}

async function typed(input: ReadStream): Promise<string> {
  let secret: string[] = [];
  for await (const chunk of input.setEncoding("utf8")) {
    for (const letter of String(chunk)) {
      if (letter === CTRL_C) throw new Error("given up");
      if (ENDS.has(letter)) return secret.join("");
      secret = BACKSPACES.has(letter) ? secret.slice(0, -1) : [...secret, letter];
    }
  }
  return secret.join("");
}
