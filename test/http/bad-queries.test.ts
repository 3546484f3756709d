import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };

describe("a query parameter that is not what it should be", () => {
  const system = sharedSystem();
  const PAGING = [
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=1.5",
    "limit=ten",
    "limit=",
    "per_page=101",
    "page=0",
  ];
  const MORE = ["offset=-1", "offset=10001", "page=2&offset=5", "limit=5&per_page=6", "limit=5&limit=6"];
  const FAR = ["page=10001", "page=500&limit=100"];
  const EVENTS = ["status=open", "status=", "start_date=soon", "end_date=2030-13-01", "search=", "category="];

  it("is refused on every list", async () => {
    const { client } = system();
    const { token, userId } = await system().person();
    const own = ["/bookings", "/users/bookings", `/bookings/user/${userId}`, `/notifications/user/${userId}`];
    for (const path of ["/events", ...own]) {
      for (const query of [...PAGING, ...MORE, ...FAR]) {
        const field = query.split(/[=&]/)[0] ?? "";
        const reply = await client.get(`${path}?${query}`, { token });
        expectRefusal(reply, INVALID, `${path}?${query}`);
        expect(Object.keys(reply.body.details)).to.have.length(1);
        expect(query).to.contain(Object.keys(reply.body.details)[0] ?? field);
      }
    }
    for (const query of EVENTS) {
      const field = query.split("=")[0] ?? "";
      expectRefusal(await client.get(`/events?${query}`), { ...INVALID, field }, query);
    }
    expectRefusal(
      await client.get("/bookings?status=lost", { token }),
      { ...INVALID, field: "status" },
      "status",
    );
    expect((await client.get("/events?limit=100&unknown[]=1&__proto__[a]=1&constructor=1")).status).to.equal(
      200,
    );
  });
});
