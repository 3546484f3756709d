import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };

describe("a field that nobody knows", () => {
  const system = sharedSystem();

  it("is named, with what is accepted, and changes nothing", async () => {
    const { client, admin } = system();
    const { token } = await system().person();
    const event = await system().event();
    const unknown = [
      "price",
      "status",
      "role",
      "total_amount",
      "constructor",
      "toString",
      "hasOwnProperty",
      "",
    ];
    await leavesNothing(system(), async () => {
      for (const field of unknown) {
        const booking = { event_id: event.id, quantity: 1, [field]: 1 };
        const booked = await client.post("/bookings", booking, { token });
        expectRefusal(booked, { ...INVALID, field: field || "" }, field);
        expect(booked.body.details[field]).to.match(/^is not a known field; accepted: event_id, quantity/);
      }
      for (const field of ["status", "version", "sold", "created_by", "id", "constructor"]) {
        const body = { [field]: 1 };
        const changed = await client.request("PUT", `/events/${event.id}`, { token: admin.token, body });
        expectRefusal(changed, { ...INVALID, field }, field);
      }
      for (const text of ['{"__proto__":{"role":"admin"}}', '{"a":{"__proto__":null}}', '{"__proto__":1}']) {
        expectRefusal(await client.post("/bookings", text, { token }), { ...INVALID, field: "body" }, text);
      }
    });
  });
});
