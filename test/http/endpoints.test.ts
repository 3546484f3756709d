import { readFileSync } from "node:fs";
import { expect } from "chai";
import { CANONICAL_ACCESS } from "../../src/http/access.ts";
import { sharedSystem } from "./shared-system.ts";

interface Row {
  readonly request: string;
  readonly served: string;
  readonly difference: string;
}

/** The tables of ENDPOINTS.md, by the heading above them. */
function tables(): ReadonlyMap<string, readonly Row[]> {
  const text = readFileSync("src/http/ENDPOINTS.md", "utf8");
  const sections = text.split("\n## ").slice(1);
  return new Map(sections.map((section) => [section.split("\n")[0] as string, rowsOf(section)]));
}

function rowsOf(section: string): Row[] {
  const lines = section.split("\n").filter((line) => line.startsWith("| `"));
  return lines.map((line) => {
    const [, request = "", served = "", difference = ""] = line.split("|").map((cell) => cell.trim());
    return { request: request.replaceAll("`", ""), served: served.replaceAll("`", ""), difference };
  });
}

const SYSTEM = ["GET /health", "GET /api/v1"];
const SOCKETS = ["/notifications (Socket.IO)", "/ws/events/:id (WebSocket)"];

describe("the table of documented endpoints", () => {
  const system = sharedSystem();
  const all = [...tables().values()].flat();

  it("names for each the route that serves it", () => {
    const routes = [...Object.keys(CANONICAL_ACCESS), ...SYSTEM, ...SOCKETS];
    expect(all.filter(({ served }) => served !== "not yet" && !routes.includes(served))).to.deep.equal([]);
    expect([...tables().values()].map(({ length }) => length)).to.deep.equal([55, 18]);
  });

  it("says of none that it is to come which is there", async () => {
    const { client, admin } = system();
    for (const { request, difference } of all.filter(({ served }) => served === "not yet")) {
      expect(difference, request).to.match(/^part of /);
      const [method = "", path = ""] = request.split(" ");
      const { status } = await client.request(method, path.replace(/:\w+/, "1"), { token: admin.token });
      expect(status, `${request} is there: say so in src/http/ENDPOINTS.md`).to.equal(404);
    }
  });
});
