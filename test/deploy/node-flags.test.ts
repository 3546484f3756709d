import { expect } from "chai";
import { NODE_FLAGS } from "../../src/ops/node-flags.ts";
import { read, readDocuments, readYaml, scriptOf } from "./files.ts";

/** What stands between `node` and the program, for each command that starts one. */
function flagsOf(command: readonly string[]): readonly string[] {
  return command.slice(command.indexOf("node") + 1, -1);
}

describe("flags of Node", () => {
  it("are the same wherever the API or a booking worker is started", () => {
    const services = readYaml("docker-compose.yml").services;
    const containers = ["api.yaml", "worker.yaml"].flatMap((file) =>
      readDocuments(`deploy/kubernetes/${file}`)
        .filter(({ kind }) => kind === "Deployment")
        .map(({ spec }) => spec.template.spec.containers[0].command),
    );
    const commands: string[][] = [
      scriptOf("start:api"),
      scriptOf("start:worker"),
      JSON.parse(/^CMD (\[.*\])$/m.exec(read("Dockerfile"))?.[1] ?? "[]"),
      ...["api-1", "api-2", "worker-1", "worker-2"].map((name) => services[name].command),
      ...containers,
    ];
    expect(commands).to.have.length(9);
    for (const command of commands) {
      expect(flagsOf(command), command.join(" ")).to.deep.equal(NODE_FLAGS);
    }
  });
});
