import { expect } from "chai";
import { rolesOf } from "../../src/machine/roles.ts";
import { loadConfig } from "../../src/ops/config.ts";

/** Where the two kinds of workers that `npm start` starts in this environment listen. */
function portsIn(env: Readonly<Record<string, string>>): [booking: number, effects: number] {
  const children = rolesOf(loadConfig(env), env, "postgres://localhost/evently").flat();
  const configOf = (wanted: string) => loadConfig(children.find(({ name }) => name === wanted)?.env ?? {});
  return [configOf("booking").WORKER_PORT, configOf("effects").EFFECTS_PORT];
}

describe("npm start", () => {
  it("has its effects worker listen at the port after its booking worker's", () => {
    expect(portsIn({ WORKER_PORT: "9100" })).to.deep.equal([9100, 9101]);
  });

  it("leaves an effects worker the port that it is given", () => {
    expect(portsIn({ WORKER_PORT: "9100", EFFECTS_PORT: "9500" })).to.deep.equal([9100, 9500]);
    expect(portsIn({ WORKER_PORT: "9100", EFFECTS_PORT: "0" })).to.deep.equal([9100, 0]);
    expect(portsIn({ EFFECTS_PORT: "9500" })).to.deep.equal([0, 9500]);
  });

  it("takes any free ports where none is given", () => {
    for (const env of [{}, { WORKER_PORT: "", EFFECTS_PORT: "" }]) expect(portsIn(env)).to.deep.equal([0, 0]);
    expect(portsIn({ WORKER_PORT: "9100", EFFECTS_PORT: "" })).to.deep.equal([9100, 9101]);
  });
});
