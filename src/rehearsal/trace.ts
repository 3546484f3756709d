const FIRST_ROOM = 1_024;

/** A column of numbers that grows: eight bytes each, and none of them an object. */
export class Column {
  #values = new Float64Array(FIRST_ROOM);
  #count = 0;

  get length(): number {
    return this.#count;
  }

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }

  /** What is in it, not a copy. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#count);
  }
}

/** What happened, by the moment: everything that the report counts over time is read from here. */
export interface Trace {
  /** Requests for tickets: when they were asked, when decided, and what they came to (see `codes`). */
  readonly askedAt: Column;
  readonly decidedAt: Column;
  readonly code: Column;
  /** All commands, those for tickets included: when they were put in line and when they left it. */
  readonly lineIn: Column;
  readonly lineOut: Column;
  /** Money that was promised or given back, and when. */
  readonly moneyAt: Column;
  readonly moneyMinor: Column;
  /** Tickets that are free, whenever that changed. */
  readonly freeAt: Column;
  readonly free: Column;
  /** People in the waitlist, whenever that changed. */
  readonly waitingAt: Column;
  readonly waiting: Column;
  /** What a code in `code` means. */
  readonly codes: string[];
}

export function newTrace(): Trace {
  return {
    askedAt: new Column(),
    decidedAt: new Column(),
    code: new Column(),
    lineIn: new Column(),
    lineOut: new Column(),
    moneyAt: new Column(),
    moneyMinor: new Column(),
    freeAt: new Column(),
    free: new Column(),
    waitingAt: new Column(),
    waiting: new Column(),
    codes: [],
  };
}

/** The number that a word has in a trace's column of codes. */
export function codeOf({ codes }: Pick<Trace, "codes">, word: string): number {
  const known = codes.indexOf(word);
  return known >= 0 ? known : codes.push(word) - 1;
}
