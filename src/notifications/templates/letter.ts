/** A mail before it is HTML or text. Everything in it is plain text of one line each. */
export interface Letter {
  readonly subject: string;
  readonly heading: string;
  /** "Hello Jo," */
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  /** What it is about, as a table of two columns. */
  readonly facts: readonly Fact[];
  readonly action: Action | null;
  /** Why it came, and what can be done about that. */
  readonly footer: readonly string[];
  /** Who sends it. */
  readonly brand: string;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** One link, http or https. */
export interface Action {
  readonly label: string;
  readonly url: string;
}
