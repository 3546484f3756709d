import type { Letter } from "./letter.ts";

/** The same mail for who reads text: the same words in the same order. */
export function textOf({ heading, greeting, paragraphs, facts, action, footer, brand }: Letter): string {
  const width = Math.max(...facts.map(({ label }) => label.length), 0) + 2;
  const table = facts.map(({ label, value }) => `${`${label}:`.padEnd(width)}${value}`).join("\n");
  const link = action === null ? "" : `${action.label}:\n${action.url}`;
  const parts = [heading, greeting, ...paragraphs, table, link, ["-- ", brand, ...footer].join("\n")];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
