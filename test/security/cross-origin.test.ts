import { expect } from "chai";
import { ALLOWED_ORIGIN, sharedSystem } from "../http/shared-system.ts";

/** Pages that a browser may have open beside ours; the last are taken for ours by a rule that looks at a part only. */
const FOREIGN = [
  ...["https://evil.example.com", "null", "file://", "http://localhost:3000", "http://127.0.0.1"],
  ...[`${ALLOWED_ORIGIN}.evil.com`, `${ALLOWED_ORIGIN}:8443`, ALLOWED_ORIGIN.replace("https", "http")],
  ...["https://evilshop.example.com", "https://shop.example.com@evil.com", "https://shopXexample.com"],
  ...[`${ALLOWED_ORIGIN}, https://evil.com`, `${ALLOWED_ORIGIN}%60.evil.com`, ALLOWED_ORIGIN.toUpperCase()],
];
const PATHS = [
  ...["/api/v1/events", "/api/v1/bookings", "/api/v1/auth/login", "/api/events", "/api/bookings", "/events"],
  ...["/users/me", "/openapi.json", "/health", "/metrics", "/nowhere", "/socket.io/?EIO=4&transport=polling"],
];

describe("pages of other origins", () => {
  const system = sharedSystem();

  it("may read nothing and ask for nothing, anywhere", async () => {
    const { token } = await system().person();
    for (const path of PATHS) {
      for (const origin of FOREIGN) {
        for (const method of ["GET", "OPTIONS", "POST"]) {
          const response = await fetch(system().api.url + path, {
            method,
            headers: {
              origin,
              authorization: `Bearer ${token}`,
              "access-control-request-method": "DELETE",
              "access-control-request-headers": "authorization",
              "access-control-request-private-network": "true",
            },
          });
          await response.text();
          const about = `${method} ${path} from ${origin}`;
          expect(response.status, about).to.be.below(500);
          // Which methods and headers would be allowed means nothing without an origin that is.
          for (const name of ["origin", "credentials", "private-network"])
            expect(response.headers.get(`access-control-allow-${name}`), about).to.equal(null);
        }
      }
    }
  });

  it("cannot use what a browser sends by itself: there are no cookies, and forms are refused", async () => {
    const { url } = system().api;
    const event = await system().event();
    const { token } = await system().person();
    const body = `event_id=${event.id}&quantity=1`;
    for (const type of [
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "text/plain",
    ]) {
      for (const path of ["/api/v1/bookings", "/api/bookings", "/bookings"]) {
        const headers = { origin: "https://evil.example.com", "content-type": type };
        const alone = await fetch(url + path, {
          method: "POST",
          headers: { ...headers, cookie: `token=${token}` },
          body,
        });
        expect(alone.status, path).to.equal(401);
        const withToken = { ...headers, authorization: `Bearer ${token}` };
        const form = await fetch(url + path, { method: "POST", headers: withToken, body });
        expect(form.status, `${path} as ${type}`).to.equal(415);
        expect(form.headers.get("set-cookie")).to.equal(null);
      }
    }
  });

  it("do not take the place of the configured one, which may go on", async () => {
    for (const path of ["/api/v1/events", "/api/events", "/events"]) {
      const response = await fetch(system().api.url + path, { headers: { origin: ALLOWED_ORIGIN } });
      expect(response.headers.get("access-control-allow-origin"), path).to.equal(ALLOWED_ORIGIN);
      expect(response.headers.get("vary"), path).to.match(/Origin/i);
    }
  });
});
