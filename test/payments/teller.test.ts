import { expect } from "chai";
import type { RecordPayment, RecordRefund } from "../../src/domain/command.ts";
import type { BookingId, EventId, PaymentId } from "../../src/domain/ids.ts";
import type { PaymentTask } from "../../src/domain/payment-task.ts";
import { IdSource } from "../../src/ops/id-source.ts";
import { ProviderFault, ProviderRefused } from "../../src/payments/faults.ts";
import type { PaymentProvider } from "../../src/payments/provider.ts";
import { type PaymentFile, Teller } from "../../src/payments/teller.ts";
import { createMemoryStore } from "../../src/payments/test-books.ts";
import { TestProvider } from "../../src/payments/test-provider.ts";

const ids = new IdSource();

/** A teller, the provider it asks, and what comes of it. */
function open(parts: Partial<PaymentFile> = {}) {
  const provider = new TestProvider({
    secret: "a secret",
    store: createMemoryStore(),
    pagesUrl: "http://localhost:3000/pay",
    now: Date.now,
    lateMs: 60_000,
    deliver: async () => undefined,
    log: { warn: () => undefined },
  });
  const asked: string[] = [];
  const watched = new Proxy<PaymentProvider>(provider, {
    get(_, name: keyof TestProvider & string) {
      const found = provider[name];
      if (typeof found === "function") asked.push(name);
      return typeof found === "function" ? found.bind(provider) : found;
    },
  });
  const file: PaymentFile = {
    provider: "test",
    token: "tok_success",
    providerRef: null,
    state: "open",
    isCancelling: false,
    amountMinor: 500,
    until: Date.now() + 60_000,
    currency: "USD",
    eventNumber: 1,
    mayBuyTickets: true,
    ...parts,
  };
  const reports: (RecordPayment | RecordRefund)[] = [];
  const added: PaymentTask[] = [];
  const answers: { providerRef: string | null; checkoutUrl: string | null }[] = [];
  const teller = new Teller({
    providers: new Map([["test", watched]]),
    add: async (tasks) => void added.push(...tasks),
    file: async () => file,
    recordAnswer: async (answer) => void answers.push(answer),
    report: async (_, command) => void reports.push(command),
    newId: (eventNumber) => ids.bookingId(eventNumber),
  });
  return { teller, provider, asked, reports, added, answers };
}

function taskOf(kind: PaymentTask["kind"]) {
  const paymentId = ids.commandId() as PaymentId;
  const eventId = ids.newId() as EventId;
  const bookingId: BookingId = ids.bookingId(1);
  const resultId = kind === "charge" || kind === "checkout" ? ids.bookingId(1) : null;
  return { kind, id: paymentId, eventId, paymentId, bookingId, amountMinor: 500, resultId, attempts: 0 };
}

describe("the teller", () => {
  it("reports a session that the provider refuses as a declined payment, and asks no more", async () => {
    const { teller, provider, reports, added, answers } = open({ token: null });
    provider.createSession = () => Promise.reject(new ProviderRefused("Too little for a card"));
    const task = taskOf("checkout");
    expect(await teller.ask(task)).to.equal(null);
    const result = { type: "declined", reason: "Too little for a card" };
    expect(reports).to.have.length(1);
    expect(reports[0]).to.deep.include({ type: "RecordPayment", id: task.resultId, result });
    expect(added).to.deep.equal([]);
    expect(answers).to.have.length(1);
    expect(answers[0]).to.include({ providerRef: null, checkoutUrl: null });
  });

  it("reports nothing of a session that the provider only failed to open", async () => {
    const { teller, provider, reports } = open({ token: null });
    const fault = new ProviderFault("away", { isRetryable: true });
    provider.createSession = () => Promise.reject(fault);
    const error = await teller.ask(taskOf("checkout")).catch((reason: unknown) => reason);
    expect(error).to.equal(fault);
    expect(reports).to.deep.equal([]);
  });

  for (const kind of ["charge", "checkout"] as const) {
    const token = kind === "charge" ? "tok_success" : null;

    it(`begins no ${kind} of a payment that is to be ended`, async () => {
      const { teller, asked, reports, answers } = open({ token, isCancelling: true });
      expect(await teller.ask(taskOf(kind))).to.equal(null);
      expect([...asked, ...reports, ...answers]).to.deep.equal([]);
    });

    it(`begins the ${kind} of any other`, async () => {
      const { teller, asked, reports } = open({ token });
      expect(await teller.ask(taskOf(kind))).to.equal(null);
      expect(asked).to.deep.equal([kind === "charge" ? "charge" : "createSession"]);
      expect(reports).to.have.length(1);
    });
  }

  it("still ends a payment that is to be ended", async () => {
    const { teller, reports } = open({ isCancelling: true });
    expect(await teller.ask(taskOf("cancel"))).to.equal(null);
    expect(reports[0]).to.deep.include({ type: "RecordPayment", result: { type: "cancelled" } });
  });
});
