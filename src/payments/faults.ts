import { Fault } from "../ops/fault.ts";

const RETRY_AFTER_MS = 1_000;

/** A provider gave no answer that says anything about the payment. Whether it moved money is not known. */
export class ProviderFault extends Fault {
  /** Whether the same question may be answered later; else somebody has to change the configuration first. */
  readonly isRetryable: boolean;

  constructor(message: string, options: { readonly isRetryable: boolean; readonly cause?: unknown }) {
    const { isRetryable, cause } = options;
    super("Unclassified", message, { cause, ...(isRetryable ? { retryAfterMs: RETRY_AFTER_MS } : {}) });
    this.isRetryable = isRetryable;
  }
}

/**
 * The provider will not take this payment, however often it is asked: nothing was made there, and no money moved.
 * The message is a sentence for the buyer.
 */
export class ProviderRefused extends ProviderFault {
  constructor(reason: string, cause?: unknown) {
    super(reason, { isRetryable: false, cause });
  }
}

/** A call-back without a signature, with a wrong one, or with one that is too old. Nothing in it may be believed. */
export class CallbackForged extends Error {
  override readonly name = "CallbackForged";
}

/** A call-back that the provider signed and that is not what its documentation says. */
export class CallbackUnreadable extends Error {
  override readonly name = "CallbackUnreadable";
}
