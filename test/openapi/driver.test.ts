import { expect } from "chai";
import fc from "fast-check";
import { sharedSystem } from "../http/shared-system.ts";
import type { Reply } from "../support/client.ts";
import { DOCUMENT, type DocumentedOperation, operationsOf, validator } from "../support/contract.ts";
import { boundaries, type Mutated, mutations } from "./mutations.ts";
import { subjectOf } from "./subjects.ts";
import { OperationWorld, requestOf, type Subject } from "./world.ts";

const SEED = 20_261_121;
const MUTATIONS_EACH = 40;
/** Each request that gets as far as a password costs what an attacker shall pay; the values before are what matters. */
const MUTATIONS_OF_PASSWORDS = 12;
const WITH_PASSWORDS: ReadonlySet<string> = new Set(["register", "login", "changePassword"]);
/** So few may run at once that other operations of these tests are enough. */
const BUSY: ReadonlySet<string> = new Set(["startRehearsal"]);
const AT_ONCE = 8;
const MS_MAX = 300_000;

const OPERATIONS = operationsOf(DOCUMENT).filter(({ path }) => path.startsWith("/api/v1/"));

/** What the example does not get from the test's system, and what it gets instead. */
const NOT_2XX: Readonly<Record<string, number>> = {
  // No admin-creation token is configured.
  createAdmin: 404,
  // It bears no provider's signature.
  receivePaymentCallback: 401,
  // Its token comes by e-mail.
  resetPassword: 401,
  // One at a time may run, and another operation's does.
  getLoadTest: 404,
  // No delivery was given up.
  retryDeadLetter: 404,
};

/** Does `work` for all of them, a few at once. @throws with what was wrong with each. */
async function forAll<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const wrong: string[] = [];
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
      await work(one).catch((error: Error) => {
        // What a property found is behind the words of the library.
        const { cause } = error;
        wrong.push(cause instanceof Error ? `${error.message}\n${cause.message}` : error.message);
      });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (wrong.length > 0) throw new Error(wrong.join("\n\n"));
}

describe("every operation of the OpenAPI document", () => {
  const system = sharedSystem();
  let world: OperationWorld;
  before(() => {
    world = new OperationWorld(system());
  });

  /** `Client.request` itself throws where a reply is not as documented. */
  async function send(one: DocumentedOperation, subject: Subject, mutated: Mutated): Promise<Reply> {
    const params = { ...subject.params, ...mutated.params };
    const body = mutated.body ?? (mutated.method === undefined ? subject.body : undefined);
    const [method, path, options] = requestOf(one, { token: subject.token, params, body });
    const query = mutated.query === undefined ? "" : `?${new URLSearchParams(mutated.query)}`;
    const { headers = {} } = mutated;
    const token = "token" in mutated ? (mutated.token ?? undefined) : options.token;
    try {
      const { token: _, ...rest } = options;
      const request = { ...rest, headers, ...(token === undefined ? {} : { token }) };
      const reply = await system().client.request(mutated.method ?? method, path + query, request);
      const isExpected = reply.status < 500 || (reply.status === 503 && BUSY.has(one.operation.operationId));
      if (!isExpected) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
      if (mutated.method !== undefined) expectRefusedMethod(reply);
      return reply;
    } catch (error) {
      // A header that cannot be sent tests nothing.
      if (error instanceof TypeError && /ByteString|header/i.test(String(error.cause ?? error.message))) {
        return { status: 0, headers: new Headers(), body: null };
      }
      throw new Error(`${one.operation.operationId} with ${mutated.what}: ${(error as Error).message}`);
    }
  }

  function expectRefusedMethod({ status, body }: Reply): void {
    expect(status).to.be.oneOf([404, 405, 401, 403]);
    const validate = validator("components", "schemas", "Error");
    expect(validate(body), JSON.stringify(body)).to.equal(true);
  }

  it("succeeds with its own example", async function () {
    this.timeout(MS_MAX);
    await forAll(OPERATIONS, async (one) => {
      const { operationId } = one.operation;
      const reply = await send(one, await subjectOf(world, one), { what: "its example" });
      const wanted = NOT_2XX[operationId];
      const isWanted = wanted === undefined ? reply.status < 300 : reply.status === wanted;
      expect(isWanted, `${operationId}: ${reply.status} ${JSON.stringify(reply.body)}`).to.equal(true);
    });
  });

  it("answers at the boundaries of every field and parameter as documented", async function () {
    this.timeout(MS_MAX);
    let sent = 0;
    await forAll(OPERATIONS, async (one) => {
      const subject = await subjectOf(world, one);
      for (const mutated of boundaries(one, subject)) {
        await send(one, subject, mutated);
        sent += 1;
      }
    });
    expect(sent).to.be.above(300);
  });

  it("answers to what is wrong, odd or hostile as documented", async function () {
    this.timeout(MS_MAX);
    const seen = new Map<number, number>();
    await forAll(OPERATIONS, async (one) => {
      const subject = await subjectOf(world, one);
      const property = fc.asyncProperty(mutations(one, subject), async (mutated) => {
        const { status } = await send(one, subject, mutated);
        seen.set(status, (seen.get(status) ?? 0) + 1);
      });
      const isDear = WITH_PASSWORDS.has(one.operation.operationId);
      const numRuns = isDear ? MUTATIONS_OF_PASSWORDS : MUTATIONS_EACH;
      await fc.assert(property, { seed: SEED, numRuns, endOnFailure: true });
    });
    for (const status of [200, 400, 401, 404, 405, 413, 415]) expect([...seen.keys()]).to.include(status);
  });
});
