import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";

describe("lists of bookings", () => {
  const system = sharedSystem();

  it("show one's own under three paths, newest first, by status and page", async () => {
    const buyer = await system().person();
    const { token, userId } = buyer;
    const event = await system().event();
    const { client } = system();
    const ids: string[] = [];
    for (let at = 0; at < 3; at += 1) ids.unshift((await client.book(token, event.id, 1)).body.data.id);
    await client.request("DELETE", `/bookings/${ids[1]}`, { token });
    for (const path of ["/bookings", "/users/bookings", `/bookings/user/${userId}`]) {
      const { status, body } = await client.get(path, { token });
      expect(status, path).to.equal(200);
      expect(body.data.map(({ id }: { id: string }) => id)).to.deep.equal(ids);
      expect(body.data[0]).to.include({
        event_name: event.name,
        venue: event.venue,
        event_date: event.event_date,
      });
      expect(body.count).to.equal(3);
      expect(body.pagination).to.include({
        page: 1,
        per_page: 20,
        limit: 20,
        total: 3,
        total_pages: 1,
        pages: 1,
      });
    }
    const confirmed = await client.get("/bookings?status=confirmed&limit=1", { token });
    expect(confirmed.body.data.map(({ id }: { id: string }) => id)).to.deep.equal([ids[0]]);
    expect(confirmed.body.pagination).to.include({ total: 2, has_next: true, has_prev: false });
    expect(confirmed.headers.get("link")).to.match(
      /^<\/api\/v1\/bookings\?status=confirmed&limit=1&offset=1>; rel="next"$/,
    );
    const cancelled = await client.get("/users/bookings?status=cancelled", { token });
    expect(cancelled.body.data.map(({ id }: { id: string }) => id)).to.deep.equal([ids[1]]);
    expect((await client.get("/users/bookings?status=pending", { token })).body.data).to.deep.equal([]);
  });

  it("of others are shut: 403 without a look-up, and open to admins", async () => {
    const [owner, stranger] = await system().people(2);
    const { client, admin } = system();
    const path = `/bookings/user/${owner?.userId}`;
    expect((await client.get(path, { token: stranger?.token ?? "" })).status).to.equal(403);
    expect((await client.get(path, { token: admin.token })).status).to.equal(200);
    const nobody = "/bookings/user/00000000-0000-7000-8000-000000000000";
    expect((await client.get(nobody, { token: stranger?.token ?? "" })).status).to.equal(403);
  });
});
