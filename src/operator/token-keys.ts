import { newTokenSecret } from "../api/token-keys.ts";
import { inTransaction } from "../store/database.ts";
import { rotateTokenKey } from "../store/token-keys.ts";
import { actorOf, audit, BY } from "./audit.ts";
import {
  type Answer,
  type Asked,
  type Command,
  EXIT,
  type Installation,
  type OperatorIo,
} from "./command.ts";

const WITH_SECRET =
  "JWT_SECRET is set, so the keys are not in the database. Three steps, each in every process before the next:\n" +
  "  1. JWT_SECRET=old,new   all know the new one\n" +
  "  2. JWT_SECRET=new,old   the new one signs\n" +
  "  3. JWT_SECRET=new       once ACCESS_TOKEN_TTL_S, and the hour of a password reset, have passed";

export const rotateTokenKeys: Command = {
  name: "rotate-token-key",
  words: [],
  says: "a new key signs access tokens; nobody is logged out",
  details:
    "The new key signs after a minute, when every process has learnt of it. The old one verifies until the last token that it\n" +
    "signed has run out, and is deleted then. With JWT_SECRET set, this says what to do instead.",
  options: { by: BY },
  run: async (asked, io) => {
    const installation = await io.open();
    try {
      return await rotate(asked, io, installation);
    } finally {
      await installation.close();
    }
  },
};

async function rotate(asked: Asked, io: OperatorIo, { pool, config }: Installation): Promise<Answer> {
  if (config.JWT_SECRET.length > 0) return refused(WITH_SECRET);
  const rotation = await inTransaction(pool, async (tx) => {
    const done = await rotateTokenKey(tx, newTokenSecret());
    if (done.type !== "rotated") return done;
    const { signsFrom, oldGoneAt } = done;
    await audit(tx, {
      actor: actorOf(asked, io),
      action: "token_key.rotated",
      changes: {
        signs_from: { from: null, to: signsFrom.toISOString() },
        old_key_verifies_until: { from: null, to: oldGoneAt.toISOString() },
      },
    });
    return done;
  });
  switch (rotation.type) {
    case "none":
      return refused("there is no key yet: an API process makes the first one when it starts");
    case "underWay":
      return refused(`a new key was made already; it signs from ${rotation.signsFrom.toISOString()}`);
    case "rotated": {
      const json = {
        signs_from: rotation.signsFrom.toISOString(),
        old_key_verifies_until: rotation.oldGoneAt.toISOString(),
      };
      const text = `a new key signs from ${json.signs_from}; the old one verifies until ${json.old_key_verifies_until}`;
      return { code: EXIT.done, text, json };
    }
    default:
      return rotation satisfies never;
  }
}

function refused(text: string): Answer {
  return { code: EXIT.refused, text, json: { error: text } };
}
