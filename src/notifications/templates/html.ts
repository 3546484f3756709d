const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** A piece of HTML that was made here, of escaped values. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Filling = string | number | Html | readonly Html[] | null;

/**
 * HTML from a template literal. Every value is escaped, so that it is text wherever it stands between tags or in a
 * quoted attribute, unless it is HTML that was made by this function itself. Null is nothing.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Filling[]): Html {
  return new Html(strings.map((text, at) => text + filled(values[at] ?? null)).join(""));
}

function filled(value: Filling): string {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("\n");
  return String(value).replace(/[&<>"'`]/g, (character) => ESCAPES[character] ?? "");
}
