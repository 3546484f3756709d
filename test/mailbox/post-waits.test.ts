import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import type { Letter } from "../../src/mailbox/accept.ts";
import { Post, PostOverloaded, type PostPorts } from "../../src/mailbox/post.ts";

const WAIT_MS_MAX = 60;
const letterOf = (type: string) =>
  ({ eventId: "any" as EventId, key: null, command: { type } }) as unknown as Letter;
const LETTER = letterOf("BookTickets");

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

describe("letters that come in a crowd", () => {
  /** The post in front of a database that refuses at once, and when each of its transactions began. */
  function quickPost() {
    const beganMs: number[] = [];
    const ports = {
      inTransaction: async () => {
        beganMs.push(performance.now());
        throw new Error("refused");
      },
      isDataError: () => false,
    } as unknown as PostPorts;
    const limits = { batchMax: 500, flushesMax: 1, waitingMax: 1_000, waitMsMax: 1_000 };
    return { post: new Post(ports, limits), beganMs };
  }

  async function send(post: Post, count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => outcomeOf(post.send(LETTER))));
  }

  async function trickle(post: Post, count: number): Promise<void> {
    const sent: Promise<unknown>[] = [];
    for (let at = 0; at < count; at += 1) {
      sent.push(outcomeOf(post.send(LETTER)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(sent);
  }

  it("share a transaction after one of many, some milliseconds later", async () => {
    const { post, beganMs } = quickPost();
    await send(post, 4);
    await trickle(post, 10);
    expect(beganMs).to.have.length(2);
    const [first = 0, second = 0] = beganMs;
    expect(second - first).to.be.at.least(4);
  });

  it("wait no longer than until there are enough of them", async () => {
    const waitsMs: number[] = [];
    // Whoever else is busy on this machine may hold up one of them.
    for (let time = 0; time < 20; time += 1) {
      const { post, beganMs } = quickPost();
      await send(post, 4);
      const sentMs = performance.now();
      await send(post, 50);
      waitsMs.push((beganMs[1] ?? Number.POSITIVE_INFINITY) - sentMs);
    }
    expect(Math.min(...waitsMs)).to.be.below(4);
  });

  it("keep nobody waiting where few come", async () => {
    const { post, beganMs } = quickPost();
    await send(post, 3);
    await trickle(post, 5);
    expect(beganMs.length).to.be.above(3);
  });
});

describe("letters that wait behind new bookings", () => {
  const WAITING = ["BookTickets", "BookTickets", "ConfirmBooking", "BookTickets", "CancelBooking"];

  /** What is accepted after what is under way, one by one. */
  async function acceptedOf(letters: readonly Letter[]): Promise<string[]> {
    const { post, answer } = hangingPost();
    const ended: string[] = [];
    const first = outcomeOf(post.send(LETTER));
    // What waits is looked at after this round of I/O.
    await new Promise((resolve) => setImmediate(resolve));
    const sent = letters.map((letter) =>
      outcomeOf(post.send(letter)).then(() => ended.push(letter.command.type)),
    );
    answer();
    await Promise.all([first, ...sent]);
    return ended;
  }

  it("go first where they are about bookings that somebody has, each sort in its order", async () => {
    expect(await acceptedOf(WAITING.map(letterOf))).to.deep.equal([
      "ConfirmBooking",
      "CancelBooking",
      "BookTickets",
      "BookTickets",
      "BookTickets",
    ]);
  });
});
