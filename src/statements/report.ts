import { decimalsOf, fromMinor } from "../domain/money.ts";
import type { Statement } from "./statement.ts";

/** A statement as a person reads it, line by line. */
export function statementLines(statement: Statement): string[] {
  const { as_of: of, currency, tickets, money, tiers, refusals } = statement;
  const minor = (amount: number) =>
    `${fromMinor(amount, currency).toFixed(decimalsOf(currency))} ${printable(currency)}`;
  const requests = refusals.reduce((sum, refusal) => sum + refusal.requests, 0);
  return [
    `Statement about ${printable(statement.event)} (event ${printable(statement.event_id)}, number ${statement.event_number})`,
    `  signed    with key ${printable(statement.key_id)}, at ${printable(statement.issued_at)}`,
    `  as of     ledger number ${of.seq}, decided at ${printable(of.decided_at)}`,
    `            digest ${printable(of.digest)}`,
    `  sale      ${printable(statement.sale_status)}, event ${printable(statement.status)}. ${printable(statement.says)}`,
    ...tiers.map(
      (tier) =>
        `  tier      ${printable(tier.tier)}: ${tier.sold} of ${tier.capacity} sold for ${minor(tier.sold_minor)}, ${tier.held} held, ` +
        `${tier.cancelled} cancelled (${tier.refunded} refunded), ${tier.refused} refused`,
    ),
    `  tickets   ${tickets.sold} of ${tickets.capacity} sold for ${minor(tickets.sold_minor)}, ${tickets.held} held, ` +
      `${tickets.cancelled} cancelled (${tickets.refunded} refunded)`,
    `  refused   ${tickets.refused} tickets of ${requests} requests`,
    ...refusals.map(
      ({ reason, requests: ones, tickets: of }) =>
        `            ${printable(reason)}: ${of} tickets of ${ones} requests`,
    ),
    `  money     ${minor(money.captured_minor)} captured, ${minor(money.refunded_minor)} refunded, ` +
      `${minor(money.refunds_owed_minor)} of refunds owed`,
  ];
}

/** Without what a terminal would obey. */
export function printable(text: string): string {
  return String(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}
