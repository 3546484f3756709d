import type { RecordPayment, RecordRefund, PaymentResult as Report } from "../domain/command.ts";
import type { BookingId, EventId, PaymentId } from "../domain/ids.ts";
import type { PaymentTask } from "../domain/payment-task.ts";
import { ProviderFault, ProviderRefused } from "./faults.ts";
import type { CheckoutSession, PaymentOrder, PaymentProvider, PaymentResult } from "./provider.ts";

export interface ClaimedTask extends PaymentTask {
  /** How often it was tried before. */
  readonly attempts: number;
  /** Where the decision that it follows from is traced: a W3C `traceparent`. */
  readonly trace?: string | null;
}

/** What is known of a payment outside of its event. */
export interface PaymentFile {
  readonly provider: string;
  /** The client's token, until the provider has answered. */
  readonly token: string | null;
  readonly providerRef: string | null;
  readonly state: "open" | "captured" | "failed";
  /** Its end was asked for: nothing that may take money begins any more. */
  readonly isCancelling: boolean;
  readonly amountMinor: number;
  /** Unix milliseconds. */
  readonly until: number;
  readonly currency: string;
  readonly eventNumber: number;
  /** Not of an event or a booking that is cancelled, nor of one that is being paid in another way. */
  readonly mayBuyTickets: boolean;
}

export interface TellerPorts {
  readonly providers: ReadonlyMap<string, PaymentProvider>;
  readonly add: (tasks: readonly PaymentTask[], delayMs: number) => Promise<void>;
  readonly file: (eventId: EventId, paymentId: PaymentId) => Promise<PaymentFile | null>;
  readonly recordAnswer: (answer: {
    readonly paymentId: PaymentId;
    readonly providerRef: string | null;
    readonly checkoutUrl: string | null;
    readonly clientSecret: string | null;
  }) => Promise<void>;
  /** Puts a report into the event's mailbox; the same report twice is one. */
  readonly report: (eventId: EventId, command: RecordPayment | RecordRefund, once: string) => Promise<void>;
  readonly newId: (eventNumber: number) => BookingId;
}

const RETRY_MS_MAX = 300_000;
const CHECK_MS = 2_000;
/** An undecided payment is asked about so often at least: a buyer waits for it. */
const CHECK_MS_MAX = 15_000;

/** Does one task: asks the provider and brings its answer back to the event as a command. */
export class Teller {
  readonly #ports: TellerPorts;

  constructor(ports: TellerPorts) {
    this.#ports = ports;
  }

  /** @returns null where the task is done, else after how many milliseconds to ask again. */
  async ask(task: ClaimedTask): Promise<number | null> {
    const file = await this.#ports.file(task.eventId, task.paymentId);
    if (file === null) throw new Error(`invariant: no payment ${task.paymentId}`);
    const provider = this.#ports.providers.get(file.provider);
    if (provider === undefined) {
      throw new ProviderFault(`there is no payment provider ${file.provider} here`, { isRetryable: false });
    }
    switch (task.kind) {
      case "charge":
        if (file.state !== "open" || file.isCancelling) return null;
        return await this.#answered(task, file, await this.#charge(provider, task, file));
      case "checkout":
        if (file.state !== "open" || file.isCancelling) return null;
        return await this.#checkout(provider, task, file);
      case "check":
        if (file.state !== "open" || file.providerRef === null) return null;
        return await this.#answered(
          task,
          file,
          await provider.capture(file.providerRef, orderOf(task, file)),
        );
      case "cancel":
        if (file.state !== "open") return null;
        return await this.#answered(task, file, await this.#end(provider, task, file));
      case "refund":
        return await this.#refund(provider, task, file);
      default:
        return task.kind satisfies never;
    }
  }

  /** A buyer who answered a challenge at the last moment has paid: what is authorised is captured rather than ended. */
  async #end(provider: PaymentProvider, task: ClaimedTask, file: PaymentFile): Promise<PaymentResult> {
    const order = orderOf(task, file);
    if (file.mayBuyTickets && file.providerRef !== null && file.token === null) {
      const result = await provider.capture(file.providerRef, order);
      if (result.type === "captured") return result;
    }
    return await provider.cancel(file.providerRef, order);
  }

  /** By its token; where the token is gone, the provider has answered before and is asked how it stands. */
  async #charge(provider: PaymentProvider, task: ClaimedTask, file: PaymentFile): Promise<PaymentResult> {
    const order = orderOf(task, file);
    if (file.token !== null) return await provider.charge(order, file.token);
    if (file.providerRef !== null) return await provider.capture(file.providerRef, order);
    return { type: "declined", providerRef: null, reason: "the payment token was lost; pay again" };
  }

  async #checkout(provider: PaymentProvider, task: ClaimedTask, file: PaymentFile): Promise<number | null> {
    let session: CheckoutSession;
    try {
      session = await provider.createSession(orderOf(task, file));
    } catch (error) {
      if (!(error instanceof ProviderRefused)) throw error;
      return await this.#answered(task, file, {
        type: "declined",
        providerRef: null,
        reason: error.message,
      });
    }
    await this.#ports.recordAnswer({ paymentId: task.paymentId, ...session });
    await this.#report(task, file, { type: "open" });
    await this.#checkLater(task);
    return null;
  }

  async #answered(task: ClaimedTask, file: PaymentFile, result: PaymentResult): Promise<number | null> {
    const isOpen = result.type === "challenge" || result.type === "pending";
    // The token may go only when the answer is known for good: what is recorded is what a repetition would hear.
    await this.#ports.recordAnswer({
      paymentId: task.paymentId,
      providerRef: result.providerRef,
      checkoutUrl: result.type === "challenge" ? result.url : null,
      clientSecret: null,
    });
    if (!isOpen) {
      await this.#report(task, file, reportOf(result));
      return null;
    }
    if (task.kind !== "charge") return Math.min(CHECK_MS_MAX, backOff(task.attempts));
    await this.#report(task, file, { type: "open" });
    await this.#checkLater(task);
    return null;
  }

  async #checkLater(task: ClaimedTask): Promise<void> {
    await this.#ports.add([{ ...task, kind: "check", resultId: null }], CHECK_MS);
  }

  async #report(task: ClaimedTask, file: PaymentFile, result: Report): Promise<void> {
    const { eventId, paymentId, bookingId } = task;
    const id = task.resultId ?? this.#ports.newId(file.eventNumber);
    const once = `${task.kind}:${task.id}:${result.type}`;
    await this.#ports.report(eventId, { type: "RecordPayment", id, paymentId, bookingId, result }, once);
  }

  async #refund(provider: PaymentProvider, task: ClaimedTask, file: PaymentFile): Promise<number | null> {
    const { eventId, paymentId, bookingId, amountMinor } = task;
    const refundId = task.id;
    if (file.providerRef === null)
      throw new Error(`invariant: payment ${paymentId} has no reference to refund`);
    const { providerRef, currency } = file;
    const answer = await provider.refund({ refundId, paymentId, providerRef, amountMinor, currency });
    if (answer.type === "pending") return backOff(task.attempts);
    const result =
      answer.type === "failed" ? answer : ({ type: "refunded" } as const satisfies RecordRefund["result"]);
    const id = this.#ports.newId(file.eventNumber);
    const command = {
      type: "RecordRefund",
      id,
      refundId,
      paymentId,
      bookingId,
      amountMinor,
      result,
    } as const;
    await this.#ports.report(eventId, command, `refund:${refundId}:${result.type}`);
    return null;
  }
}

function backOff(attempts: number): number {
  return Math.min(RETRY_MS_MAX, CHECK_MS * 2 ** attempts);
}

function orderOf({ paymentId, bookingId, eventId }: PaymentTask, file: PaymentFile): PaymentOrder {
  const { amountMinor, currency, until: expiresAt } = file;
  return { paymentId, bookingId, eventId, amountMinor, currency, expiresAt };
}

function reportOf(result: Exclude<PaymentResult, { type: "challenge" | "pending" }>): Report {
  switch (result.type) {
    case "captured":
      return { type: "captured", amountMinor: result.amountMinor };
    case "declined":
      return { type: "declined", reason: result.reason };
    case "cancelled":
      return { type: "cancelled" };
    default:
      return result satisfies never;
  }
}
