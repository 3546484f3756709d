import { argumentsOf, helpOf } from "./arguments.ts";
import { type Command, EXIT, type OperatorIo, Unusable } from "./command.ts";
import { COMMANDS, PROGRAMS } from "./commands.ts";

/**
 * Runs one operator command. What it found out goes to standard output, complaints to standard error.
 * @param given the words of the command line behind the program's name
 * @param reasonOf of an error, what a person is told
 * @returns the code to exit with
 */
export async function runOperator(
  given: readonly string[],
  io: OperatorIo,
  reasonOf: (error: unknown) => string,
): Promise<number> {
  const [first = "--help"] = given;
  if (["--help", "-h", "help"].includes(first)) {
    io.print(overview());
    return EXIT.done;
  }
  const program = PROGRAMS[first as keyof typeof PROGRAMS];
  if (program !== undefined && Object.hasOwn(PROGRAMS, first)) {
    return await io.runProgram(program.file, given.slice(1));
  }
  const command = commandOf(given);
  if (command === null) {
    io.complain(`${unknown(given)}\n`);
    return EXIT.unusable;
  }
  try {
    return await runCommand(command, given.slice(command.name.split(" ").length), io);
  } catch (error) {
    io.complain(`${error instanceof Unusable ? error.message : reasonOf(error)}\n`);
    return EXIT.unusable;
  }
}

async function runCommand(command: Command, given: readonly string[], io: OperatorIo): Promise<number> {
  const asked = argumentsOf(command, given);
  if (asked.options.help === true) {
    io.print(helpOf(command));
    return EXIT.done;
  }
  const { code, text, json } = await command.run(asked, io);
  io.print(asked.options.json === true ? `${JSON.stringify(json, null, 2)}\n` : `${text}\n`);
  return code;
}

/** The command that the first words name: the longest, where one begins like another. */
function commandOf(given: readonly string[]): Command | null {
  const named = COMMANDS.filter(({ name }) => name.split(" ").every((word, at) => given[at] === word));
  return named.toSorted((a, b) => b.name.length - a.name.length)[0] ?? null;
}

function unknown([first = "", second]: readonly string[]): string {
  const names = [...COMMANDS.map(({ name }) => name), ...Object.keys(PROGRAMS)];
  const family = names.filter((name) => name.startsWith(`${first} `));
  if (family.length > 0) {
    return `${first} takes ${family.map((name) => name.slice(first.length + 1)).join(", ")}${second === undefined ? "" : `, not ${second}`}`;
  }
  return `${first} is no command; there are ${names.join(", ")}\nevently --help says what they do`;
}

function overview(): string {
  const rows = [
    ...COMMANDS.map(({ name, words, says }) => [[name, ...words].join(" "), says]),
    ...Object.entries(PROGRAMS).map(([name, { says }]) => [`${name} …`, says]),
  ];
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  return [
    "usage: evently COMMAND [options]; evently COMMAND --help says more",
    "",
    ...rows.map(([name = "", says = ""]) => `  ${name.padEnd(width)}  ${says}`),
    "",
    "Works on the database of DATABASE_URL, else on the embedded one of a running npm start (DATA_DIR).",
    "Exits with 0: done; 1: refused, not found; 2: not understood, or nothing to be reached; 3: under way, not yet known.",
    "",
  ].join("\n");
}
