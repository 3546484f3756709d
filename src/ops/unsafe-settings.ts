import { defaultSecretProblems } from "./default-secrets.ts";

type Given = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/i;

/**
 * What is wrong with a configuration only because it is one of production: fine where one tries things out, and a way in,
 * or a way to lose money, where strangers are. Each says what to set instead.
 */
export function unsafeProblems(given: Given): string[] {
  return [...defaultSecretProblems(given), ...paymentProblems(given), ...opennessProblems(given)];
}

function paymentProblems({ PAYMENT_PROVIDER, STRIPE_SECRET_KEY }: Given): string[] {
  if (PAYMENT_PROVIDER !== undefined || STRIPE_SECRET_KEY !== undefined) return [];
  return [
    "PAYMENT_PROVIDER: without one, payments are play money; configure Stripe, or say so with PAYMENT_PROVIDER=test",
  ];
}

function opennessProblems(given: Given): string[] {
  const problems: string[] = [];
  if (given.WEBHOOK_ALLOW_PRIVATE === "true") {
    problems.push(
      "WEBHOOK_ALLOW_PRIVATE: not in production; customers would reach what only this machine may",
    );
  }
  if (given.LOAD_TESTS === "enabled") {
    problems.push(
      "LOAD_TESTS: not in production, where they take what customers need; LOAD_TESTS=production says that you mean it",
    );
  }
  const isReachable = !LOOPBACK.test(given.HOST ?? "0.0.0.0");
  if (isReachable && given.METRICS_TOKEN === undefined && given.METRICS_OPEN !== "true") {
    problems.push(
      "METRICS_TOKEN: without one, whoever reaches this machine reads how sales go at /metrics; set one, or say by " +
        "METRICS_OPEN=true that only your own network does",
    );
  }
  return problems;
}
