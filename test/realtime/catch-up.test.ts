import { expect } from "chai";
import { ADA, BOB, CONCERT, confirmed, entry, NOWHERE, soldView } from "./facts.ts";
import { World } from "./world.ts";

describe("catching up", () => {
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  it("gives the pushes that a socket missed, its own only, in order, each as it would have been", async () => {
    world.ledger.push(
      entry(CONCERT, 2, confirmed(ADA, 1)),
      entry(CONCERT, 3, confirmed(BOB, 2)),
      entry(CONCERT, 4, confirmed(ADA, 3)),
    );
    world.events.set(CONCERT, soldView(CONCERT, 6, 4));
    const ada = await world.connect(ADA);
    const answer = await ada.ask("catch_up", { event_id: CONCERT, after_seq: 1 });
    expect(answer).to.include({ ok: true, event_id: CONCERT, seq: 4, complete: true });
    expect(
      answer.pushes.map(({ name, data }: { name: string; data: { seq: number } }) => [name, data.seq]),
    ).to.deep.equal([
      ["booking_confirmed", 2],
      ["booking_confirmed", 4],
    ]);
    world.hear(entry(CONCERT, 4, confirmed(ADA, 3)));
    const [pushed] = await ada.heard("booking_confirmed");
    expect(Object.keys(answer.pushes[1].data).sort()).to.deep.equal(Object.keys(pushed).sort());
    expect((await ada.ask("catch_up", { event_id: CONCERT, after_seq: 2 })).pushes).to.have.length(1);
  });

  it("says where it is not complete, so that one can go on", async () => {
    for (let seq = 2; seq < 702; seq += 1) world.ledger.push(entry(CONCERT, seq, confirmed(ADA, 1)));
    world.events.set(CONCERT, soldView(CONCERT, 700, 701));
    const ada = await world.connect(ADA);
    const seqs: number[] = [];
    let after = 1;
    for (let complete = false; !complete; ) {
      const answer = await ada.ask("catch_up", { event_id: CONCERT, after_seq: after });
      seqs.push(...answer.pushes.map(({ data }: { data: { seq: number } }) => data.seq));
      ({ seq: after, complete } = answer);
    }
    expect(seqs).to.deep.equal(Array.from({ length: 700 }, (_, at) => at + 2));
  });

  it("takes the number as `after`, too, and not two numbers", async () => {
    world.ledger.push(entry(CONCERT, 2, confirmed(ADA, 1)));
    world.events.set(CONCERT, soldView(CONCERT, 1, 2));
    const ada = await world.connect(ADA);
    const ask = (asked: object) => ada.ask("catch_up", { event_id: CONCERT, ...asked });
    const usual = await ask({ after_seq: 1 });
    expect(usual.pushes).to.have.length(1);
    expect(await ask({ after: 1 })).to.deep.equal(usual);
    expect(await ask({ after: 1, after_seq: 1 })).to.deep.equal(usual);
    for (const two of [
      { after: 0, after_seq: 1 },
      { after: 1, after_seq: 0 },
    ]) {
      const { message, ...refused } = await ask(two);
      expect(refused).to.deep.equal({ ok: false, code: "VALIDATION_ERROR" });
      expect(message).to.include("after_seq and after");
    }
  });

  it("goes on from the end where one asks beyond it", async () => {
    world.events.set(CONCERT, soldView(CONCERT, 1, 2));
    const ada = await world.connect(ADA);
    const answer = await ada.ask("catch_up", { event_id: CONCERT, after_seq: 9_999 });
    expect(answer).to.include({ ok: true, seq: 2, complete: true });
  });

  it("needs a token, an event and a number", async () => {
    const nobody = world.client();
    await nobody.connected();
    const asked = { event_id: CONCERT, after_seq: 0 };
    expect(await nobody.ask("catch_up", asked)).to.include({ ok: false, code: "AUTH_REQUIRED" });
    const ada = await world.connect(ADA);
    for (const wrong of [
      {},
      { event_id: CONCERT },
      { user_id: ADA, after_seq: 0 },
      { ...asked, after_seq: -1 },
    ]) {
      expect(await ada.ask("catch_up", wrong)).to.include({ ok: false, code: "VALIDATION_ERROR" });
    }
    expect(await ada.ask("catch_up", { ...asked, event_id: NOWHERE })).to.include({
      code: "EVENT_NOT_FOUND",
    });
  });
});
