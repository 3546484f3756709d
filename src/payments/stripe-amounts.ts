import { decimalsOf } from "../domain/money.ts";
import { ProviderRefused } from "./faults.ts";

/**
 * Where Stripe counts in other units than ISO 4217 does (https://docs.stripe.com/currencies): ISK and UGX have no
 * decimals and are sent with two all the same; MGA has two and is sent without. All others are sent as they are.
 */
const STRIPE_DECIMALS: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

/** Stripe takes amounts with three decimals only where the last digit is 0. */
const THREE_DECIMALS_STEP = 10;

const scaleOf = (currency: string): number =>
  10 ** ((STRIPE_DECIMALS[currency] ?? decimalsOf(currency)) - decimalsOf(currency));

/**
 * @returns Stripe's `amount` of so many minor units of ISO 4217.
 * @throws ProviderRefused: Stripe cannot charge exactly this amount. It is never rounded.
 */
export function toStripeAmount(amountMinor: number, currency: string): number {
  const amount = amountMinor * scaleOf(currency);
  const step = decimalsOf(currency) === 3 ? THREE_DECIMALS_STEP : 1;
  if (Number.isSafeInteger(amount / step)) return amount;
  throw new ProviderRefused(`The payment provider cannot charge exactly this amount of ${currency}`);
}

/** @returns minor units of ISO 4217. @param currency in small letters, as Stripe writes it, or in capitals. */
export function fromStripeAmount(amount: number, currency: string): number {
  return Math.round(amount / scaleOf(currency.toUpperCase()));
}
