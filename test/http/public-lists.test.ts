import { expect } from "chai";
import { ask } from "../support/bare-client.ts";
import { sharedSystem } from "./shared-system.ts";

describe("lists for everybody", () => {
  const system = sharedSystem();
  const send = (route: string, headers = {}) => ask(`${system().api.url}/api/v1`, route, { headers });

  it("are 304 to who has this very page, with GET and HEAD, until something in it changes", async () => {
    await system().event();
    await system().client.post("/venues", { name: "A Hall" }, { token: system().admin.token });
    for (const path of ["/events?limit=100", "/events/popular?limit=1", "/venues?limit=1"]) {
      const first = await send(`GET ${path}`);
      const etag = first.headers.get("etag") ?? "";
      expect(etag, path).to.match(/^"[\w-]{22}"$/);
      expect(first.body.data.length, path).to.be.above(0);
      const known = { "if-none-match": etag };
      for (const method of ["GET", "HEAD"]) {
        const again = await send(`${method} ${path}`, known);
        expect([again.status, again.headers.get("etag")], `${method} ${path}`).to.deep.equal([304, etag]);
      }
      const other = path.replace(/limit=\d+/, "limit=100&offset=1");
      expect((await send(`GET ${other}`, known)).status, other).to.equal(200);
    }
    const before = (await send("GET /events?limit=1")).headers.get("etag") ?? "";
    await system().event({ name: "One more" });
    expect((await send("GET /events?limit=1", { "if-none-match": before })).status).to.equal(200);
  });

  it("and single things are 304 to HEAD, too", async () => {
    const event = await system().event();
    const etag = (await send(`GET /events/${event.id}`)).headers.get("etag") ?? "";
    for (const base of ["/api/v1", "/api"]) {
      const reply = await ask(system().api.url, `HEAD ${base}/events/${event.id}`, {
        headers: { "if-none-match": etag },
      });
      expect(reply.status, base).to.equal(304);
    }
  });
});
