import { expect } from "chai";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";

describe("lists of events", () => {
  const system = sharedSystem();

  it("are by status, phase, time, category and words", async () => {
    const { client, admin } = system();
    const category = `list-${Date.now()}`;
    const [soon, later, gone] = [
      await system().event({ category, name: "100% Jazz_Night", event_date: inDays(40) }),
      await system().event({ category, name: "Opera", description: "with jazz", event_date: inDays(50) }),
      await system().event({ category, name: "Ballet", event_date: inDays(60) }),
    ];
    await client.request("DELETE", `/events/${gone.id}`, { token: admin.token });
    const names = async (query: string) => {
      const { status, body } = await client.get(`/events?category=${category}&${query}`);
      expect(status, query).to.equal(200);
      expect(body.count).to.equal(body.data.length);
      return body.data.map(({ name }: { name: string }) => name);
    };
    const [jazz, opera, ballet] = [soon.name, later.name, gone.name];
    expect(await names("")).to.deep.equal([jazz, opera, ballet]);
    expect(await names("status=active")).to.deep.equal([jazz, opera]);
    expect(await names("status=upcoming")).to.deep.equal([jazz, opera]);
    expect(await names("status=cancelled")).to.deep.equal([ballet]);
    expect(await names("status=completed")).to.deep.equal([]);
    expect(await names("search=JAZZ")).to.deep.equal([jazz, opera]);
    expect(await names("search=%25")).to.deep.equal([jazz]);
    expect(await names("search=z_n")).to.deep.equal([jazz]);
    expect(await names("search=%5C")).to.deep.equal([]);
    expect(await names(`start_date=${inDays(45)}`)).to.deep.equal([opera, ballet]);
    expect(await names(`end_date=${inDays(45).slice(0, 10)}`)).to.deep.equal([jazz]);
    expect(await names(`start_date=${inDays(45)}&end_date=${inDays(55)}&nonsense=1`)).to.deep.equal([opera]);
  });

  it("are in pages, by offset or by number, with links", async () => {
    const { client } = system();
    const category = `pages-${Date.now()}`;
    for (let at = 0; at < 5; at += 1)
      await system().event({ category, name: `E${at}`, event_date: inDays(20 + at) });
    const page = async (query: string) => {
      const { body, headers } = await client.get(`/events?category=${category}&${query}`);
      const names = body.data.map(({ name }: { name: string }) => name).join(" ");
      return { names, pagination: body.pagination, link: headers.get("link") ?? "" };
    };
    const second = await page("limit=2&offset=2");
    expect(second.names).to.equal("E2 E3");
    expect(second.pagination).to.deep.equal({
      page: 2,
      per_page: 2,
      limit: 2,
      total: 5,
      total_pages: 3,
      pages: 3,
      has_next: true,
      has_prev: true,
    });
    expect(second.link).to.contain(`category=${category}&limit=2&offset=0>; rel="prev"`);
    expect(second.link).to.contain(`category=${category}&limit=2&offset=4>; rel="next"`);
    expect((await page("page=2&per_page=2")).names).to.equal("E2 E3");
    const last = await page("page=3&limit=2");
    expect([last.names, last.pagination.has_next]).to.deep.equal(["E4", false]);
    expect(last.link).not.to.contain("next");
    expect((await page("offset=10000")).names).to.equal("");
    expect((await page("")).pagination.limit).to.equal(50);
  });
});
