import { parseArgs } from "node:util";
import { type Asked, type Command, type Option, Unusable } from "./command.ts";

/** Every command has these. */
const SHARED: Readonly<Record<string, Option>> = {
  json: { type: "boolean", says: "answer in JSON, for machines" },
  help: { type: "boolean", says: "this" },
};

function optionsOf(command: Command): Readonly<Record<string, Option>> {
  return { ...command.options, ...SHARED };
}

/**
 * Reads what follows a command's name.
 * @throws Unusable saying what is accepted, where something else was given
 */
export function argumentsOf(command: Command, given: readonly string[]): Asked {
  const options = optionsOf(command);
  const known = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
  let parsed: { values: Record<string, string | boolean | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...given], options: known, allowPositionals: true, strict: true });
  } catch (error) {
    const [said = ""] = (error as Error).message.split(/\. To specify|\n/);
    throw new Unusable(`${said}\n${acceptedBy(command)}`);
  }
  const wordsMin = command.words.filter((word) => !word.startsWith("[")).length;
  const { positionals: words, values } = parsed;
  if (values.help !== true && (words.length < wordsMin || words.length > command.words.length)) {
    throw new Unusable(`${command.name} takes ${wordsTaken(command)}\n${acceptedBy(command)}`);
  }
  return { words, options: values };
}

function wordsTaken({ words }: Command): string {
  return words.length === 0 ? "nothing but options" : words.join(" ");
}

function acceptedBy(command: Command): string {
  const names = Object.entries(optionsOf(command)).map(([name, option]) => flagOf(name, option));
  return `accepted: evently ${[command.name, ...command.words].join(" ")}, with ${names.join(", ")}`;
}

function flagOf(name: string, { value }: Option): string {
  return `--${name}${value === undefined ? "" : ` ${value}`}`;
}

/** Help of one command. */
export function helpOf(command: Command): string {
  const rows = Object.entries(optionsOf(command)).map(([name, option]) => [
    flagOf(name, option),
    option.says,
  ]);
  const width = Math.max(...rows.map(([flag = ""]) => flag.length));
  return [
    `usage: evently ${[command.name, ...command.words].join(" ")} [options]`,
    "",
    command.says,
    ...(command.details === undefined ? [] : ["", command.details]),
    "",
    ...rows.map(([flag = "", says = ""]) => `  ${flag.padEnd(width)}  ${says}`),
    "",
  ].join("\n");
}

/** A whole number that an option gives. @throws Unusable where it is none, or outside of the bounds */
export function numberOf(
  { options }: Asked,
  name: string,
  { fallback, min, max }: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const given = options[name];
  if (given === undefined) return fallback;
  const number = Number(given);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new Unusable(`--${name} takes a whole number from ${min} to ${max}, not ${JSON.stringify(given)}`);
}

export function textOf({ options }: Asked, name: string): string | null {
  const given = options[name];
  return typeof given === "string" && given.trim() !== "" ? given.trim() : null;
}
