import { z } from "zod";
import { ACCOUNT_CHANGE_NAMES, accountBody, auditQuery, peopleQuery } from "../schemas/admin-users.ts";
import { forgotPasswordBody, RESET_NAMES, resetPasswordBody } from "../schemas/auth.ts";
import { pageQuery } from "../schemas/lists.ts";
import { auditEntry, session } from "./components/account.ts";
import { pageBeside } from "./components/list.ts";
import { count, userId, uuid } from "./components/scalars.ts";
import { profile } from "./components/user.ts";
import type { Operation } from "./operation.ts";

const tag = "Identity";
const ofUser = z.object({ id: userId });

const PASSWORD_RESETS: readonly Operation[] = [
  {
    method: "POST",
    path: "/auth/forgot-password",
    operationId: "forgotPassword",
    tag,
    summary: "Ask for an e-mail with a link to set another password",
    description:
      "The answer, and the time it takes, are the same whether there is such an account or not. An account is sent one mail in five minutes.",
    body: {
      name: "ForgotPassword",
      schema: forgotPasswordBody,
      examples: [{ email: "ada@example.com" }],
    },
    replies: { 202: { description: "If there is such an account, a mail is on its way", data: z.null() } },
    errors: [],
  },
  {
    method: "POST",
    path: "/auth/reset-password",
    operationId: "resetPassword",
    tag,
    summary: "Set another password by the token of the mail; all sessions end",
    description: "A token is good once, for an hour, until a later one is asked for or the password changes.",
    body: {
      name: "ResetPassword",
      schema: resetPasswordBody,
      otherNames: RESET_NAMES,
      examples: [{ token: "0197c1a4-…", new_password: "correct horse battery 8" }],
    },
    replies: { 200: { description: "Reset; log in with the new one", data: z.null() } },
    errors: [],
  },
];

const SESSIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/auth/sessions",
    operationId: "listSessions",
    tag,
    summary: "One's own logins that are still good, the one used last first",
    query: pageQuery,
    replies: {
      200: { description: "A page of them", data: z.array(session), beside: pageBeside, headers: ["Link"] },
    },
    errors: [],
  },
  {
    method: "DELETE",
    path: "/auth/sessions/:id",
    operationId: "endSession",
    tag,
    summary: "End one of one's own logins at once",
    params: z.object({ id: uuid.meta({ description: "The session" }) }),
    refusesBody: true,
    replies: { 200: { description: "Ended", data: z.strictObject({ id: uuid }) } },
    errors: ["SESSION_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/auth/logout-all",
    operationId: "logoutEverywhere",
    tag,
    summary: "End all of one's own logins at once, this one too",
    refusesBody: true,
    replies: { 200: { description: "Logged out", data: z.strictObject({ sessions_ended: count }) } },
    errors: [],
  },
];

const ADMINISTRATION: readonly Operation[] = [
  {
    method: "GET",
    path: "/auth/admin/users",
    operationId: "listUsers",
    tag,
    summary: "Everybody, with what their bookings come to, the youngest account first",
    query: peopleQuery,
    replies: {
      200: {
        description: "A page of people",
        data: z.array(profile),
        beside: pageBeside,
        headers: ["Link"],
      },
    },
    errors: [],
  },
  {
    method: "GET",
    path: "/auth/admin/users/:id",
    operationId: "getUser",
    tag,
    summary: "One person, with what their bookings come to",
    params: ofUser,
    replies: { 200: { description: "The person", data: profile } },
    errors: ["USER_NOT_FOUND"],
  },
  {
    method: "PATCH",
    path: "/auth/admin/users/:id",
    operationId: "changeUser",
    tag,
    summary: "Change a person's role or tier, or deactivate them: with their next request, in every process",
    params: ofUser,
    body: {
      name: "ChangeUser",
      schema: accountBody,
      otherNames: ACCOUNT_CHANGE_NAMES,
      examples: [{ role: "organizer", tier: "vip" }, { is_active: false }],
    },
    replies: { 200: { description: "The person as they are now", data: profile } },
    errors: ["USER_NOT_FOUND", "LAST_ADMIN"],
  },
  {
    method: "GET",
    path: "/auth/admin/audit",
    operationId: "listAudit",
    tag,
    summary: "Who changed what about whose account, the latest first",
    query: auditQuery,
    replies: {
      200: { description: "A page of it", data: z.array(auditEntry), beside: pageBeside, headers: ["Link"] },
    },
    errors: [],
  },
];

/** What people and admins do with accounts, beyond logging in. */
export const ACCOUNT_OPERATIONS: readonly Operation[] = [...PASSWORD_RESETS, ...SESSIONS, ...ADMINISTRATION];
