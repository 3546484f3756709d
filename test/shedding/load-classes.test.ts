import { expect } from "chai";
import { CANONICAL_ACCESS } from "../../src/http/access.ts";
import {
  CANONICAL_CLASSES,
  type LoadClass,
  SURFACE_A_CLASSES,
  SURFACE_B_CLASSES,
} from "../../src/http/shedding/load-classes.ts";
import { SURFACE_A_ACCESS } from "../../src/http/surface-a/access.ts";
import { SURFACE_B_ACCESS } from "../../src/http/surface-b/access.ts";

const NEVER: readonly LoadClass[] = ["finishing", "operating", "vital", "mixed"];

/** What people do with what they have begun: no overload takes it from them. */
const FINISHING = [
  "POST /bookings/:id/confirm",
  "PUT /bookings/:id/cancel",
  "DELETE /bookings/:id",
  "GET /bookings/:id",
  "GET /bookings/reference/:reference",
  "GET /bookings/:id/payment",
  "GET /bookings/:id/tickets",
  "POST /payments/initiate/:id",
  "GET /payments/:paymentId",
  "POST /payments/webhook/:provider",
  "POST /payments/test/:ref/:outcome",
  "DELETE /waitlist/:eventId/user/:userId",
  "POST /auth/login",
  "POST /auth/refresh",
  "POST /tickets/check-in",
];

describe("the table of what is shed", () => {
  it("has every route of every surface, and no other", () => {
    expect(Object.keys(CANONICAL_CLASSES).sort()).to.deep.equal(Object.keys(CANONICAL_ACCESS).sort());
    expect(Object.keys(SURFACE_A_CLASSES).sort()).to.deep.equal(Object.keys(SURFACE_A_ACCESS).sort());
    expect(Object.keys(SURFACE_B_CLASSES).sort()).to.deep.equal(Object.keys(SURFACE_B_ACCESS).sort());
  });

  it("never sheds what finishes a purchase", () => {
    for (const route of FINISHING) expect(NEVER, route).to.include(CANONICAL_CLASSES[route]);
    for (const table of [SURFACE_A_CLASSES, SURFACE_B_CLASSES]) {
      for (const [route, loadClass] of Object.entries(table)) {
        if (/^(GET|DELETE|PUT) \/bookings\/:/.test(route)) expect(loadClass, route).to.equal("finishing");
      }
      // It may be an offer that is taken.
      expect(table["POST /bookings"]).to.equal("mixed");
    }
  });

  it("sheds new bookings, places in waitlists and accounts before anything else", () => {
    for (const route of [
      "POST /auth/register",
      "POST /bookings",
      "POST /waitlist/join",
      "POST /waitlist/:eventId/join",
    ]) {
      expect(CANONICAL_CLASSES[route], route).to.equal("entering");
    }
  });

  it("sheds of writes nothing but new work", () => {
    for (const [route, loadClass] of Object.entries(CANONICAL_CLASSES)) {
      if (!route.startsWith("GET ")) expect([...NEVER, "entering"], route).to.include(loadClass);
    }
  });
});
