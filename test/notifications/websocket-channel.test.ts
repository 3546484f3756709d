import { expect } from "chai";
import type { Message, Recipient } from "../../src/notifications/channel.ts";
import { WebsocketChannel } from "../../src/notifications/websocket-channel.ts";
import { notifyTell, readTellNotice, TOLD_PER_NOTICE_MAX } from "../../src/store/notices.ts";
import { until } from "../support/until.ts";

const ANSWER_MS = 60;
const message = (notificationId: string) => ({ notificationId }) as Message;
const recipient = { userId: "somebody" } as Recipient;

describe("the websocket channel", () => {
  it("asks together, in notices that are not too large, and believes what it is told", async () => {
    const notices: string[][] = [];
    const channel = new WebsocketChannel({
      ask: async (asked) => void notices.push(asked.map(({ notificationId }) => notificationId)),
      askedMax: 4,
      answerMsMax: ANSWER_MS,
    });
    const ids = Array.from({ length: 10 }, (_, at) => `n${at}`);
    const results = ids.map((id) => channel.deliver(message(id), recipient));
    await until("the questions", () => notices.length === 3);
    expect(notices.flat()).to.deep.equal(ids);
    channel.told(["n3", "n7", "unknown"]);
    const types = (await Promise.all(results)).map(({ type }) => type);
    expect(types.filter((type) => type === "delivered")).to.have.length(2);
    expect([types[3], types[7]]).to.deep.equal(["delivered", "delivered"]);
    expect(types.filter((type) => type === "unreachable")).to.have.length(8);
  });

  it("fails, to be tried again, where nobody can be asked", async () => {
    const ask = () => Promise.reject(new Error("no database"));
    const channel = new WebsocketChannel({ ask, askedMax: 4, answerMsMax: ANSWER_MS });
    expect(await channel.deliver(message("n"), recipient)).to.include({ type: "failed" });
  });

  it("takes an answer for the question that was asked last", async () => {
    const channel = new WebsocketChannel({ ask: async () => {}, askedMax: 4, answerMsMax: ANSWER_MS });
    const first = await channel.deliver(message("n"), recipient);
    const second = channel.deliver(message("n"), recipient);
    channel.told(["n"]);
    expect([first.type, (await second).type]).to.deep.equal(["unreachable", "delivered"]);
  });

  it("fills no notice beyond what PostgreSQL takes", async () => {
    const id = "0197c1a4-7c00-7000-8000-5f0000000001";
    const told = Array.from({ length: TOLD_PER_NOTICE_MAX }, () => ({ notificationId: id, userId: id }));
    const sent: string[] = [];
    const db = { query: async (query: { values: string[] }) => void sent.push(query.values[1] as string) };
    await notifyTell(db as never, told);
    expect(sent[0]?.length).to.be.within(7_000, 7_999);
    expect(readTellNotice(sent[0] ?? "")).to.deep.equal(told);
  });
});
