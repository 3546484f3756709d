import type { Case } from "./case.ts";
import { differing, type Findings, said } from "./findings.ts";
import type { EntryRow, PaymentRow, RefundRow } from "./ports.ts";

/** Payments as the ledger has them, and captured money: a ticket, a refund, or kept by the event's refund policy. */
export async function checkPayments(subject: Case): Promise<void> {
  const { world, told } = subject;
  const missing = new Set<string>(world?.payments.keys());
  for await (const rows of subject.rows.payments) {
    for (const row of rows) {
      missing.delete(row.id);
      checkBalance(subject, row);
      if (world === null) continue;
      const payment = world.payments.get(row.id as never);
      const expected = payment === undefined ? null : { ...payment, ...told.payments.get(row.id) };
      compare(subject, "payments", "payment", row, expected);
    }
  }
  tellMissing(subject, "payments", "payment", missing);
}

function checkBalance({ eventId, findings, world, told }: Case, row: PaymentRow): void {
  const { id, capturedMinor, refundMinor, refundsMinor, ticketsMinor, hadTickets } = row;
  const find = (what: string, says: Readonly<Record<string, string>>, means: string) =>
    findings.add({
      eventId,
      area: "payments",
      commandId: id,
      subject: `payment ${id}: ${what}`,
      says,
      means,
    });
  if (refundsMinor !== refundMinor) {
    find(
      "refunds",
      { "table payment": `${refundMinor}`, "sum of table refund": `${refundsMinor}` },
      "A refund that is owed has no row, so that nobody pays it, or one has a row that is not owed.",
    );
  }
  if (row.state !== "captured") return;
  // Without a ledger to go by, the policy may have kept anything that had tickets once.
  const rest = capturedMinor - ticketsMinor - refundsMinor;
  const unknown = hadTickets ? Math.max(0, rest) : 0;
  const keptMinor = world === null ? unknown : (told.keptMinor.get(id) ?? 0);
  if (rest === keptMinor) return;
  find(
    "where captured money is",
    {
      captured: `${capturedMinor}`,
      "tickets + refunds + kept by policy": `${ticketsMinor} + ${refundsMinor} + ${keptMinor} = ${ticketsMinor + refundsMinor + keptMinor}`,
    },
    "Somebody paid and has neither tickets nor their money back, or has both (amounts in minor units).",
  );
}

export async function checkRefunds(subject: Case): Promise<void> {
  const { world, told } = subject;
  const missing = new Set<string>(world === null ? [] : told.refunds.keys());
  for await (const rows of subject.rows.refunds) {
    for (const row of rows) {
      missing.delete(row.id);
      if (world !== null) compare(subject, "refunds", "refund", row, told.refunds.get(row.id) ?? null);
    }
  }
  tellMissing(subject, "refunds", "refund", missing);
}

/** Everybody who ever waited, and how their waiting ended. */
export async function checkWaitlist(subject: Case): Promise<void> {
  const { world, told } = subject;
  const missing = new Set<string>(world === null ? [] : told.entries.keys());
  for await (const rows of subject.rows.waitlist) {
    for (const row of rows) {
      missing.delete(row.id);
      if (world !== null)
        compare(subject, "waitlist", "waitlist_entry", row, told.entries.get(row.id) ?? null);
    }
  }
  tellMissing(subject, "waitlist", "waitlist_entry", missing);
}

type AreaOfRows = "payments" | "refunds" | "waitlist";

const MEANS: Readonly<Record<AreaOfRows, string>> = {
  payments:
    "The payment counts as something else than was decided: money may be asked for twice, or never be refunded.",
  refunds: "What is owed to a buyer is not what was decided.",
  waitlist: "Somebody who waits is served out of order, twice or never.",
};

function compare(
  { eventId, findings }: { readonly eventId: string; readonly findings: Findings },
  area: AreaOfRows,
  table: string,
  row: PaymentRow | RefundRow | EntryRow,
  expected: object | null,
): void {
  const means = MEANS[area];
  if (expected === null) {
    const says = { ledger: "nothing", [`table ${table}`]: said(row) };
    findings.add({ eventId, area, subject: `${table} ${row.id}`, says, means });
    return;
  }
  for (const { name, one, other } of differing({ ...expected }, { ...row })) {
    findings.add({
      eventId,
      area,
      commandId: row.id,
      subject: `${table} ${row.id}: ${name}`,
      says: { ledger: said(one), [`table ${table}`]: said(other) },
      means,
    });
  }
}

function tellMissing({ eventId, findings }: Case, area: AreaOfRows, table: string, ids: Iterable<string>) {
  for (const id of ids) {
    const says = { ledger: "there is one", [`table ${table}`]: "nothing" };
    findings.add({ eventId, area, commandId: id, subject: `${table} ${id}`, says, means: MEANS[area] });
  }
}
