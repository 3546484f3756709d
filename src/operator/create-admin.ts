import { ensureAdmin } from "../identity/ensure-admin.ts";
import { passwordProblem } from "../identity/new-passwords.ts";
import { createPasswordHasher } from "../identity/passwords.ts";
import { createUserStore } from "../store/users.ts";
import { actorOf, audit, BY, newId } from "./audit.ts";
import {
  type Answer,
  type Asked,
  type Command,
  EXIT,
  type Installation,
  type OperatorIo,
  Unusable,
} from "./command.ts";

export const createAdmin: Command = {
  name: "create-admin",
  words: ["[EMAIL]"],
  says: "makes an admin; the password is asked for, and never an argument",
  details:
    "With EMAIL, the password is read from the terminal without showing it, or is the first line of standard input. Without EMAIL,\n" +
    "both are those of ADMIN_EMAIL and ADMIN_PASSWORD. Other users of a machine can read arguments, so there is no option for it.",
  options: {
    replace: {
      type: "boolean",
      says: "also where the account exists: it gets this password, is an admin, and its sessions end",
    },
    by: BY,
  },
  run: async (asked, io) => {
    const installation = await io.open();
    try {
      return await create(asked, io, installation);
    } finally {
      await installation.close();
    }
  },
};

async function create(asked: Asked, io: OperatorIo, { pool, config }: Installation): Promise<Answer> {
  const users = createUserStore(pool);
  const email = asked.words[0] ?? config.ADMIN_EMAIL;
  if (email === null)
    throw new Unusable("EMAIL is needed, or ADMIN_EMAIL and ADMIN_PASSWORD in the environment");
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new Unusable(`${JSON.stringify(email)} is no e-mail address`);
  const known = await users.credentialsByEmail(email);
  if (known !== null && asked.options.replace !== true) {
    const text = `${email} has an account (${known.user.role}); --replace makes it an admin with a new password`;
    return { code: EXIT.refused, text, json: { error: "EmailTaken", email } };
  }
  const password =
    asked.words.length > 0
      ? await io.readSecret("password of the new admin: ")
      : (config.ADMIN_PASSWORD ?? "");
  const problem = passwordProblem(password, email);
  if (problem !== null)
    return { code: EXIT.refused, text: `the password ${problem}`, json: { error: problem } };
  const actor = actorOf(asked, io);
  const hasher = createPasswordHasher({ concurrencyMax: 1, queueMax: 1 });
  const done = await ensureAdmin({ users, hasher, email, password, newId, grantedBy: actor });
  if (known !== null && done !== "unchanged") {
    await audit(pool, {
      actor,
      action: "user.changed",
      subjectId: known.user.id,
      changes: { role: { from: known.user.role, to: "admin" }, password: { from: "old", to: "new" } },
    });
  }
  return { code: EXIT.done, text: `the admin ${email} was ${done}`, json: { email, result: done } };
}
