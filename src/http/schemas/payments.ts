import { z } from "zod";
import { ApiError } from "../errors.ts";
import { otherNamesOf } from "../names.ts";
import { text, verbatimText } from "./text.ts";

const PROVIDER_LENGTH_MAX = 60;
const METHOD_LENGTH_MAX = 60;
const TOKEN_LENGTH_MAX = 512;

const token = verbatimText(TOKEN_LENGTH_MAX).min(1);

export const confirmBody = z.strictObject({
  payment_method: text(METHOD_LENGTH_MAX).optional(),
  payment_details: z.strictObject({ token }).optional(),
  payment_token: token.optional(),
  provider: text(PROVIDER_LENGTH_MAX).optional(),
});

export const initiateBody = z.strictObject({ provider: text(PROVIDER_LENGTH_MAX).optional() });

export const CONFIRM_NAMES = otherNamesOf(confirmBody);

/** The token of a confirmation, whichever way it was sent; null without one. @throws ApiError where there are two. */
export function tokenOf({ payment_details, payment_token }: z.output<typeof confirmBody>): string | null {
  const detailed = payment_details?.token;
  if (detailed !== undefined && payment_token !== undefined && detailed !== payment_token) {
    const wrong = "differs from payment_details.token; send only one";
    throw new ApiError("VALIDATION_ERROR", `payment_token ${wrong}`, { details: { payment_token: wrong } });
  }
  return detailed ?? payment_token ?? null;
}
