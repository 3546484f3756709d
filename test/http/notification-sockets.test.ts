import { expect } from "chai";
import { io, type Socket } from "socket.io-client";
import { type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";
import { type Person, sharedSystem } from "./shared-system.ts";

interface Push {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly data: any;
}

describe("notifications on sockets", () => {
  const system = sharedSystem();
  const sockets: Socket[] = [];
  let second: Role | null = null;

  after(async () => {
    for (const socket of sockets) socket.disconnect();
    await second?.stop();
  });

  async function open(
    url: string,
    { token }: Person,
  ): Promise<{ readonly heard: Push[]; readonly socket: Socket }> {
    const socket = io(`${url}/notifications`, { auth: { token }, transports: ["websocket"], forceNew: true });
    sockets.push(socket);
    const heard: Push[] = [];
    socket.onAny((name, data) => heard.push({ name, data }));
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    });
    return { heard, socket };
  }

  const send = (body: unknown) =>
    system().client.post("/notifications/send", body, { token: system().admin.token });

  const deliveryOf = async (person: Person, type: string) =>
    await until("the delivery on the socket", async () => {
      const path = `/notifications/user/${person.userId}`;
      const { body } = await system().client.get(path, { token: person.token });
      const told = body.data.find((one: { type: string }) => one.type === type);
      const found = told?.deliveries.find(({ channel }: { channel: string }) => channel === "websocket");
      return found !== undefined && found.status !== "queued" && { status: found.status as string, told };
    });

  it("come as `notification`, and are delivered only where a socket of the person was there", async () => {
    const [here, away] = (await system().people(2)) as [Person, Person];
    const { heard } = await open(system().api.url, here);
    for (const { userId } of [here, away]) {
      const body = {
        user_id: userId,
        type: "test",
        title: "Welcome!",
        message: "Hello",
        channels: ["websocket"],
      };
      expect((await send(body)).status).to.equal(201);
    }
    const { status, told } = await deliveryOf(here, "test");
    expect(status).to.equal("delivered");
    expect(heard).to.have.length(1);
    expect(heard[0]).to.deep.include({ name: "notification" });
    expect(heard[0]?.data).to.include({ id: told.id, type: "test", title: "Welcome!", message: "Hello" });
    expect((await deliveryOf(away, "test")).status).to.equal("unreachable");
  });

  it("reach a person in whichever process their sockets are, once on each", async () => {
    second = await startRole("api", system().database.url, {
      JWT_SECRET: "a-signing-secret-of-the-http-tests-long-enough",
    });
    const person = await system().person();
    const [one, two] = [await open(system().api.url, person), await open(second.url, person)];
    expect(
      (await send({ user_id: person.userId, type: "system_alert", message: "Mind the gap" })).status,
    ).to.equal(201);
    expect((await deliveryOf(person, "system_alert")).status).to.equal("delivered");
    await until("both sockets", () => one.heard.length === 2 && two.heard.length === 2);
    for (const { heard } of [one, two]) {
      // Clients that know `system_alert` by its name hear that, too.
      expect(heard.map(({ name }) => name)).to.deep.equal(["notification", "system_alert"]);
    }
    // `event_update` is the event itself: what is told under that type comes as a notification only.
    const update = { user_id: person.userId, type: "event_update", message: "Doors open at seven" };
    expect((await send(update)).status).to.equal(201);
    expect((await deliveryOf(person, "event_update")).status).to.equal("delivered");
    await until("both sockets", () => one.heard.length === 3 && two.heard.length === 3);
    for (const { heard } of [one, two]) {
      expect(heard[2]?.name).to.equal("notification");
      expect(heard[2]?.data).to.include({ type: "event_update", message: update.message });
    }
    two.socket.disconnect();
    one.socket.disconnect();
    await until("nobody there", () => one.socket.disconnected && two.socket.disconnected);
    expect((await send({ user_id: person.userId, type: "test", message: "Gone?" })).status).to.equal(201);
    expect((await deliveryOf(person, "test")).status).to.equal("unreachable");
  });

  it("do not say again what was pushed when it was decided, but know who was there", async () => {
    const person = await system().person();
    const { heard } = await open(system().api.url, person);
    const event = await system().event();
    const { data } = (await system().client.book(person.token, event.id, 2)).body;
    expect((await deliveryOf(person, "booking_confirmed")).status).to.equal("delivered");
    await system().client.request("DELETE", `/bookings/${data.id}`, { token: person.token });
    expect((await deliveryOf(person, "booking_cancelled")).status).to.equal("delivered");
    expect(heard.map(({ name }) => name)).to.deep.equal(["booking_confirmed", "booking_cancelled"]);
  });
});
