/** Currencies whose minor unit is not a hundredth (ISO 4217, amendment 176). All others have two decimals. */
const DECIMALS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ").map((c) => [c, 0]),
  ),
  ...Object.fromEntries("BHD IQD JOD KWD LYD OMR TND".split(" ").map((c) => [c, 3])),
};

/** How many decimals amounts of a currency have. */
export function decimalsOf(currency: string): number {
  return DECIMALS[currency] ?? 2;
}

/** Turns `199.98` into 19998 minor units; null where the amount has more decimals than the currency. */
export function toMinor(amount: number, currency: string): number | null {
  const scale = 10 ** decimalsOf(currency);
  const minor = Math.round(amount * scale);
  // 0.1 + 0.2 is no third decimal: only what differs from the rounded amount when printed counts.
  return Number((minor / scale).toFixed(10)) === Number(amount.toFixed(10)) && Number.isSafeInteger(minor)
    ? minor
    : null;
}

/** Turns 19998 minor units into `199.98`. */
export function fromMinor(minor: number, currency: string): number {
  return minor / 10 ** decimalsOf(currency);
}

/** So many decimals of a product are what it is; what stands behind them comes of counting in halves. */
const EXACT_DECIMALS = 6;

/** A percentage of an amount in minor units, rounded down: 33.3 % of 3000 are 999, which binary fractions are just below. */
export function percentOf(amountMinor: number, percent: number): number {
  return Math.floor(Number(((amountMinor * percent) / 100).toFixed(EXACT_DECIMALS)));
}
