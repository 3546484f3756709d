import { CONFIG_NAMES, type Config, loadConfig, settingForm } from "./config.ts";
import { CONFIG_DOCS, type SettingDoc } from "./config-docs.ts";

const HEAD = ["variable", "default", "accepts", "read by", "means"];

/** README's table of settings, in Markdown: names, defaults and bounds are those of the schema. */
export function configTable(): string {
  const defaults = loadConfig({});
  const rows = CONFIG_NAMES.map((name) => {
    const doc: SettingDoc = CONFIG_DOCS[name];
    return [`\`${name}\``, defaultOf(name, doc, defaults), acceptsOf(name, doc), readByOf(doc), doc.means];
  });
  const widths = HEAD.map((_, at) => Math.max(3, ...[HEAD, ...rows].map((row) => row[at]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(" | ")} |`;
  return [line(HEAD), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function defaultOf(name: keyof Config, { unset }: SettingDoc, defaults: Config): string {
  if (unset !== undefined) return unset;
  const given = settingForm(name).default ?? defaults[name];
  if (given === null || given === undefined || given === "") {
    throw new Error(`${name} has no default value: config-docs.ts has to say what holds where it is not set`);
  }
  return `\`${String(given)}\``;
}

function acceptsOf(name: keyof Config, { accepts }: SettingDoc): string {
  if (accepts !== undefined) return accepts;
  const { enum: words, minimum, maximum, minLength, maxLength } = settingForm(name);
  if (words !== undefined) return words.map((word) => `\`${String(word)}\``).join(", ");
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minLength !== undefined) return `${minLength} characters or more`;
  if (maxLength !== undefined) return `${maxLength} characters or less`;
  throw new Error(
    `the schema says of ${name} only that it is text: config-docs.ts has to say what it accepts`,
  );
}

function readByOf({ readBy }: SettingDoc): string {
  return readBy.length === 5 ? "all" : readBy.join(", ");
}
