import { z } from "zod";
import { named } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";
import { receipt } from "./payments.ts";

const tag = "Payments";

const ref = named("cs_1").meta({ description: "The test provider's own name of a payment" });

/** The test provider's page, where it is switched on. */
export const TEST_PAYMENT_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/payments/test/:ref",
    operationId: "getTestPayment",
    tag,
    summary: "The test provider's page",
    params: z.object({ ref }),
    replies: {
      200: {
        description: "The payment, as a page where HTML is preferred",
        content: {
          "application/json": z.strictObject({
            success: z.literal(true),
            data: z.strictObject({
              provider_ref: named("cs_1"),
              status: named("open"),
              outcomes: z.array(z.enum(["success", "decline"])),
            }),
            timestamp: z.string(),
          }),
          "text/html": z.string(),
        },
      },
    },
    errors: ["NOT_FOUND", "PAYMENT_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/payments/test/:ref/:outcome",
    operationId: "completeTestPayment",
    tag,
    summary: "Choose how a test payment ends",
    params: z.object({ ref, outcome: z.enum(["success", "decline"]) }),
    replies: {
      200: {
        description: "Chosen, and reported to this API",
        data: z.strictObject({
          provider_ref: named("cs_1"),
          outcome: z.enum(["success", "decline"]),
          receipt,
        }),
      },
    },
    errors: ["NOT_FOUND", "PAYMENT_NOT_FOUND"],
  },
];
