import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import type { Letter } from "../../src/mailbox/accept.ts";
import { Post, PostOverloaded, type PostPorts } from "../../src/mailbox/post.ts";

const WAIT_MS_MAX = 60;
const LETTER = { eventId: "any" as EventId, key: null } as Letter;

/** The post in front of a database that answers when the test lets it. */
function hangingPost() {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  let transactions = 0;
  const ports = {
    inTransaction: async () => {
      transactions += 1;
      await answered;
      throw new Error("the database came back and refused");
    },
    isDataError: () => false,
  } as unknown as PostPorts;
  const limits = { batchMax: 1, flushesMax: 1, waitingMax: 10, waitMsMax: WAIT_MS_MAX };
  return { post: new Post(ports, limits), answer, transactions: () => transactions };
}

const outcomeOf = (sent: Promise<unknown>) => sent.then(() => null).catch((error: Error) => error);

describe("letters behind an accept that hangs", () => {
  it("are turned away after a while, and nothing of them was sent", async () => {
    const { post, answer, transactions } = hangingPost();
    const first = outcomeOf(post.send(LETTER));
    const began = performance.now();
    const others = await Promise.all([outcomeOf(post.send(LETTER)), outcomeOf(post.send(LETTER))]);
    expect(performance.now() - began).to.be.at.least(WAIT_MS_MAX);
    for (const error of others) expect(error).to.be.instanceOf(PostOverloaded);
    expect(transactions()).to.equal(1);
    answer();
    expect(await first).to.have.property("message", "the database came back and refused");
  });

  it("are turned away each in its time", async () => {
    const { post, answer } = hangingPost();
    void outcomeOf(post.send(LETTER));
    const ended: string[] = [];
    const early = outcomeOf(post.send(LETTER)).then(() => ended.push("early"));
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS_MAX / 2));
    const late = outcomeOf(post.send(LETTER)).then(() => ended.push("late"));
    await early;
    expect(ended).to.deep.equal(["early"]);
    await late;
    answer();
    await post.drained();
  });
});
