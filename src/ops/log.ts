import { pino } from "pino";

/** What the rest of the program needs of a logger; pino's `Logger` satisfies it. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const SECRET_FIELDS = [
  "password",
  "newPassword",
  "currentPassword",
  "token",
  "access_token",
  "refresh_token",
  "authorization",
  "secret",
];

/**
 * A JSON logger on standard output. Fields with the name of a secret are replaced by `[redacted]`,
 * at the top and one level down.
 */
export function createLog(options: { readonly role: string; readonly level: string }): Log {
  return pino({
    level: options.level,
    base: { role: options.role, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `req.headers.${field}`]),
      censor: "[redacted]",
    },
  });
}
