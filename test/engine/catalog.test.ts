import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import type { EventState } from "../../src/domain/state.ts";
import { Activations } from "../../src/engine/activations.ts";
import { Catalog } from "../../src/engine/catalog.ts";

const id = (name: string) => name as EventId;
const ids = (...names: string[]) => names as EventId[];

describe("the catalog of waiting events", () => {
  it("gives them out first come first served, together, each to one turn at a time", () => {
    const catalog = new Catalog();
    catalog.hint(ids("a", "b", "c"));
    catalog.hint(ids("a"));
    expect(catalog.next(2)).to.deep.equal(["a", "b"]);
    expect(catalog.next(2)).to.deep.equal(["c"]);
    expect(catalog.next(2)).to.deep.equal([]);
  });

  it("gives an event that was hinted during its turn another one", () => {
    const catalog = new Catalog();
    catalog.hint(ids("a"));
    catalog.next(1);
    catalog.hint(ids("a"));
    expect(catalog.next(1)).to.deep.equal([]);
    catalog.done(ids("a"), []);
    expect(catalog.next(1)).to.deep.equal(["a"]);
    catalog.done(ids("a"), []);
    expect(catalog.next(1)).to.deep.equal([]);
  });

  it("gives a hot event a turn of its own, behind those that waited before it", () => {
    const catalog = new Catalog();
    catalog.hint(ids("hot", "b"));
    catalog.next(2);
    catalog.hint(ids("c", "d"));
    catalog.done(ids("hot", "b"), ids("hot"));
    catalog.hint(ids("e"));
    expect(catalog.next(20)).to.deep.equal(["c", "d", "e"]);
    expect(catalog.next(20)).to.deep.equal(["hot"]);
    catalog.done(ids("hot"), []);
    catalog.hint(ids("hot", "f"));
    expect(catalog.next(20)).to.deep.equal(["hot", "f"]);
  });

  it("gives each event of a turn that failed a turn of its own, until one succeeds", () => {
    const catalog = new Catalog();
    catalog.hint(ids("a", "b"));
    expect(catalog.next(20)).to.deep.equal(["a", "b"]);
    catalog.failed(ids("a", "b"));
    expect(catalog.next(20), "it is for who failed to hint them again").to.deep.equal([]);
    catalog.hint(ids("a", "b"));
    expect([catalog.next(20), catalog.next(20)]).to.deep.equal([["a"], ["b"]]);
    catalog.failed(ids("a"));
    catalog.done(ids("b"), []);
    catalog.hint(ids("c", "a", "b"));
    expect([catalog.next(20), catalog.next(20)]).to.deep.equal([["c", "b"], ["a"]]);
  });

  it("wakes those who wait when something arrives", async () => {
    const catalog = new Catalog();
    const arrival = catalog.arrival().then(() => "woken");
    catalog.hint(ids("a"));
    expect(await arrival).to.equal("woken");
    await catalog.arrival();
  });
});

describe("activations", () => {
  const state = {} as EventState;

  it("are found only at the version that was kept", () => {
    const activations = new Activations({ countMax: 10, idleMs: 1_000 });
    activations.keep(id("a"), { state, version: 3 }, 0);
    expect(activations.find(id("a"), 3)).to.equal(state);
    expect(activations.find(id("a"), 4)).to.equal(null);
    activations.forget([id("a")]);
    expect(activations.find(id("a"), 3)).to.equal(null);
  });

  it("are bounded: the least recently used leaves first", () => {
    const activations = new Activations({ countMax: 2, idleMs: 1_000 });
    for (const name of ["a", "b", "a", "c"]) activations.keep(id(name), { state, version: 1 }, 0);
    expect(ids("a", "b", "c").map((name) => activations.has(name))).to.deep.equal([true, false, true]);
  });

  it("leave memory when they were idle for long", () => {
    const activations = new Activations({ countMax: 10, idleMs: 1_000 });
    activations.keep(id("a"), { state, version: 1 }, 0);
    activations.keep(id("b"), { state, version: 1 }, 600);
    expect(activations.passivateIdle(999)).to.equal(0);
    expect(activations.passivateIdle(1_000)).to.equal(1);
    expect(activations.size).to.equal(1);
  });
});
