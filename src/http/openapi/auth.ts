import { z } from "zod";
import * as schemas from "../schemas/auth.ts";
import { named } from "./components/scalars.ts";
import { principal, profile, signedIn, user } from "./components/user.ts";
import type { DocumentedReply, Operation } from "./operation.ts";

const tag = "Identity";

const SIGNED_IN: DocumentedReply = { description: "The person and their tokens", data: signedIn };
const hint = named("Remove both tokens from your client's storage");
const valid = { valid: z.literal(true), user: principal };
const PASSWORD = "correct horse battery 7";

const profileBody = {
  name: "UpdateProfile",
  schema: schemas.profileBody,
  otherNames: schemas.PERSON_NAMES,
  examples: [{ name: "Ada King", phone: "+1234567890" }, {}],
};

const changingProfile = (method: "PUT" | "PATCH", operationId: string): Operation => ({
  method,
  path: "/users/profile",
  operationId,
  tag,
  summary: "Change one's own name or telephone number",
  body: profileBody,
  replies: { 200: { description: "The profile as it is now", data: profile } },
  errors: ["USER_NOT_FOUND"],
});

/** Who somebody is. */
export const AUTH_OPERATIONS: readonly Operation[] = [
  {
    method: "POST",
    path: "/auth/register",
    operationId: "register",
    tag,
    summary: "Register",
    description: "Roles other than `user` need the admin-creation token or an admin's bearer.",
    body: {
      name: "Register",
      schema: schemas.registerBody,
      otherNames: schemas.ACCOUNT_NAMES,
      examples: [
        { email: "ada@example.com", password: PASSWORD, name: "Ada Lovelace" },
        { email: "grace@example.com", password: PASSWORD, firstName: "Grace", lastName: "Hopper" },
      ],
    },
    headers: ["X-Admin-Creation-Token"],
    replies: { 201: SIGNED_IN },
    errors: ["AUTH_UNAUTHORIZED", "EMAIL_TAKEN"],
  },
  {
    method: "POST",
    path: "/auth/create-admin",
    operationId: "createAdmin",
    tag,
    summary: "Create an admin with the admin-creation token; 404 where none is configured",
    body: {
      name: "CreateAdmin",
      schema: schemas.createAdminBody,
      otherNames: schemas.ACCOUNT_NAMES,
      examples: [
        { email: "root@example.com", password: PASSWORD, name: "An Admin", adminToken: "the-token" },
      ],
    },
    headers: ["X-Admin-Creation-Token"],
    replies: { 201: SIGNED_IN },
    errors: ["AUTH_UNAUTHORIZED", "EMAIL_TAKEN", "NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/auth/login",
    operationId: "login",
    tag,
    summary: "Log in",
    body: {
      name: "Login",
      schema: schemas.loginBody,
      examples: [{ email: "ada@example.com", password: PASSWORD }],
    },
    replies: { 200: SIGNED_IN },
    errors: ["AUTH_INVALID_CREDENTIALS"],
  },
  {
    method: "POST",
    path: "/auth/refresh",
    operationId: "refresh",
    tag,
    summary: "Trade a refresh token for new tokens; it is used up by it",
    body: {
      name: "Refresh",
      schema: schemas.refreshBody,
      otherNames: schemas.REFRESH_NAMES,
      examples: [{ refresh_token: "rt_…" }],
    },
    replies: { 200: SIGNED_IN },
    errors: [],
  },
  {
    method: "POST",
    path: "/auth/logout",
    operationId: "logout",
    tag,
    summary: "Log out; neither token is accepted any more",
    refusesBody: true,
    replies: { 200: { description: "Logged out", data: z.strictObject({ hint }), beside: { hint } } },
    errors: [],
  },
  {
    method: "GET",
    path: "/auth/validate",
    operationId: "validateToken",
    tag,
    summary: "Whose token this is",
    replies: { 200: { description: "The token is valid", data: z.strictObject(valid), beside: valid } },
    errors: [],
  },
  {
    method: "POST",
    path: "/auth/change-password",
    operationId: "changePassword",
    tag,
    summary: "Change one's password; other sessions end",
    body: {
      name: "ChangePassword",
      schema: schemas.changePasswordBody,
      otherNames: schemas.PASSWORD_NAMES,
      examples: [{ currentPassword: PASSWORD, newPassword: `${PASSWORD} and more` }],
    },
    replies: { 200: { description: "Changed", data: z.null() } },
    errors: ["AUTH_INVALID_CREDENTIALS"],
  },
  {
    method: "GET",
    path: "/auth/profile",
    operationId: "getOwnUser",
    tag,
    summary: "Oneself",
    replies: { 200: { description: "Oneself", data: z.strictObject({ user }), beside: { user } } },
    errors: ["USER_NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/users/profile",
    operationId: "getProfile",
    tag,
    summary: "Oneself with statistics",
    replies: { 200: { description: "The profile", data: profile } },
    errors: ["USER_NOT_FOUND"],
  },
  changingProfile("PUT", "updateProfile"),
  changingProfile("PATCH", "patchProfile"),
];
