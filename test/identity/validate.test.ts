import { expect } from "chai";
import { z } from "zod";
import { ApiError } from "../../src/http/errors.ts";
import { text } from "../../src/http/schemas/text.ts";
import { parseBody, parseQuery } from "../../src/http/validate.ts";

const schema = z.strictObject({
  name: text(10),
  quantity: z.int().min(1).max(100),
  tiers: z
    .array(z.strictObject({ tier: text(5) }))
    .min(1)
    .optional(),
});
const NAMES = { full_name: "name" };

function refused(work: () => unknown): ApiError {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const problems = (body: unknown) => refused(() => parseBody(schema, body, NAMES)).details;

describe("the check of a body", () => {
  it("gives back the value, trimmed, under the schema's names", () => {
    expect(parseBody(schema, { full_name: " Ada ", quantity: 2 }, NAMES)).to.deep.equal({
      name: "Ada",
      quantity: 2,
    });
  });

  it("says of every field what is wrong and what is accepted", () => {
    expect(problems({ quantity: 1.5 })).to.deep.equal({
      name: "is required: text",
      quantity: "must be a whole number",
    });
    expect(problems({ name: "", quantity: 0 })).to.deep.equal({
      name: "must not be empty",
      quantity: "must be at least 1",
    });
    expect(problems({ name: "abcdefghijk", quantity: 1e9 })).to.deep.equal({
      name: "must have at most 10 characters",
      quantity: "must be at most 100",
    });
    expect(problems({ name: 5, quantity: "2" })).to.deep.equal({
      name: "must be text",
      quantity: "must be a number",
    });
  });

  it("names unknown fields one by one, nested ones too, with what is accepted", () => {
    const details = problems({ name: "a", quantity: 1, colour: 1, size: 2, tiers: [{ tier: "A", cost: 1 }] });
    expect(details).to.have.all.keys("colour", "size", "tiers.0.cost");
    expect(details.colour).to.equal("is not a known field; accepted: name, quantity, tiers, full_name");
    expect(details["tiers.0.cost"]).to.equal("is not a known field; accepted: tier");
  });

  it("accepts a field under two names only with one value", () => {
    expect(parseBody(schema, { name: "Ada", full_name: "Ada", quantity: 1 }, NAMES)).to.include({
      name: "Ada",
    });
    expect(problems({ name: "Ada", full_name: "Eve", quantity: 1 })).to.have.key("full_name");
  });

  it("reports __proto__ and constructor like any other unknown field", () => {
    const details = problems(
      JSON.parse('{"name":"a","quantity":1,"__proto__":{"role":"admin"},"constructor":{}}'),
    );
    expect(Object.keys(details)).to.have.members(["__proto__", "constructor"]);
    expect(({} as { role?: string }).role).to.equal(undefined);
  });

  it("refuses NUL and lone surrogates, in names of fields too, without echoing them broken", () => {
    expect(problems({ name: "a\0b", quantity: 1 })).to.have.key("name");
    expect(problems({ name: "\ud800", quantity: 1 })).to.have.key("name");
    const [field] = Object.keys(problems({ name: "a", quantity: 1, "\ud800": 1 }));
    expect(field?.isWellFormed()).to.equal(true);
  });

  it("wants an object", () => {
    for (const body of [undefined, null, [], "x", 5]) expect(problems(body)).to.have.key("body");
  });

  it("answers ten thousand unknown fields in a few lines", () => {
    const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`field${n}`, n]));
    expect(Object.keys(problems(body)).length).to.be.at.most(20);
  });

  it("reads as a sentence", () => {
    const error = refused(() => parseBody(schema, { name: "a", quantity: 0 }));
    expect(error.message).to.equal("quantity must be at least 1");
    expect(error.status).to.equal(400);
  });
});

describe("the check of a query", () => {
  const query = z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) });

  it("ignores unknown parameters and fills in defaults", () => {
    expect(parseQuery(query, { other: ["a", "b"] })).to.deep.equal({ limit: 20 });
  });

  it("refuses a parameter given twice", () => {
    expect(refused(() => parseQuery(query, { limit: ["1", "2"] })).details).to.deep.equal({
      limit: "may be given only once",
    });
  });
});
