import { z } from "zod";
import { PASSWORD_LENGTH_MAX, passwordProblem } from "../../identity/new-passwords.ts";
import { otherNamesOf } from "../names.ts";
import { text, verbatimText } from "./text.ts";

const NAME_LENGTH_MAX = 200;
const PART_LENGTH_MAX = 100;
const EMAIL_LENGTH_MAX = 254;
const TOKEN_LENGTH_MAX = 1_024;

// The pipe keeps an endless text away from the pattern.
const email = text(EMAIL_LENGTH_MAX)
  .pipe(z.email())
  .meta({ override: { format: "email" } });
const phone = text(32).regex(/^\+?[0-9][0-9 ().-]{3,30}$/, "must be a telephone number, such as +1234567890");
const newPassword = verbatimText(PASSWORD_LENGTH_MAX).superRefine((password, ctx) => {
  const problem = passwordProblem(password);
  if (problem !== null) ctx.addIssue({ code: "custom", message: problem });
});

const person = {
  name: text(NAME_LENGTH_MAX).optional(),
  firstName: text(PART_LENGTH_MAX).optional(),
  lastName: text(PART_LENGTH_MAX).optional(),
  phone: phone.nullish(),
};
const adminToken = verbatimText(TOKEN_LENGTH_MAX).optional();

interface Named {
  readonly name?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

type Report = (field: string, message: string) => void;

const reporter =
  (ctx: z.core.$RefinementCtx): Report =>
  (field, message) =>
    ctx.addIssue({ code: "custom", path: [field], message });

function checkNames(body: Named, report: Report): void {
  const joined = joinedName(body);
  if (joined === null) return;
  if (body.firstName === undefined || body.lastName === undefined) {
    report(
      body.firstName === undefined ? "firstName" : "lastName",
      "is required beside the other half of the name",
    );
  } else if (body.name !== undefined && body.name !== joined) {
    report("name", "says something else than firstName and lastName; send only one of the two forms");
  }
}

function joinedName({ firstName, lastName }: Named): string | null {
  return firstName === undefined && lastName === undefined ? null : [firstName, lastName].join(" ").trim();
}

/** The whole name of a body, whichever way it was given; undefined where it gives none. */
export function nameOf(body: Named): string | undefined {
  return body.name ?? joinedName(body) ?? undefined;
}

const account = { email, password: newPassword, ...person, adminToken };

function checkAccount(
  body: Named & { readonly email: string; readonly password: string },
  report: Report,
): void {
  if (nameOf(body) === undefined) report("name", "is required: text");
  checkNames(body, report);
  const problem = passwordProblem(body.password, body.email);
  if (problem !== null) report("password", problem);
}

export const registerBody = z
  .strictObject({ ...account, role: z.enum(["user", "organizer", "admin"]).default("user") })
  .superRefine((body, ctx) => checkAccount(body, reporter(ctx)));

export const createAdminBody = z
  .strictObject({ ...account, role: z.literal("admin").default("admin") })
  .superRefine((body, ctx) => checkAccount(body, reporter(ctx)));

export const loginBody = z.strictObject({
  email: text(EMAIL_LENGTH_MAX),
  password: verbatimText(PASSWORD_LENGTH_MAX),
});

export const refreshBody = z.strictObject({ refresh_token: verbatimText(TOKEN_LENGTH_MAX) });

export const changePasswordBody = z
  .strictObject({ currentPassword: verbatimText(PASSWORD_LENGTH_MAX), newPassword })
  .superRefine((body, ctx) => {
    if (body.currentPassword === body.newPassword) {
      reporter(ctx)("newPassword", "must differ from the current password");
    }
  });

export const forgotPasswordBody = z.strictObject({ email });

export const resetPasswordBody = z.strictObject({
  token: verbatimText(TOKEN_LENGTH_MAX),
  new_password: newPassword,
});

export const profileBody = z.strictObject(person).superRefine((body, ctx) => checkNames(body, reporter(ctx)));

export const PERSON_NAMES = otherNamesOf(profileBody, "person");
export const ACCOUNT_NAMES = otherNamesOf(registerBody, "person");
export const REFRESH_NAMES = otherNamesOf(refreshBody);
export const RESET_NAMES = otherNamesOf(resetPasswordBody);
export const PASSWORD_NAMES = otherNamesOf(changePasswordBody);
