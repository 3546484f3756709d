import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "chai";
import { buildAsyncDocument } from "../../src/http/asyncapi/document.ts";
import { PUSHES } from "../../src/http/asyncapi/pushes.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const document = buildAsyncDocument("0.0.0") as never;

/** The names in a type of a source file, such as the pushes of `PersonPush`. */
function namesIn(file: string, type: string): string[] {
  const source = readFileSync(`${ROOT}/${file}`, "utf8");
  const text = new RegExp(`export type ${type} =([^;]*);`).exec(source)?.[1] ?? "";
  return [...text.matchAll(/"(\w+)"/g)].map(([, name]) => name as string);
}

describe("the AsyncAPI document", () => {
  it("is one by the official JSON schema of AsyncAPI 3.0", () => {
    const file = fileURLToPath(import.meta.resolve("@asyncapi/specs/schemas/3.0.0-without-$id.json"));
    const schema = JSON.parse(readFileSync(file, "utf8"));
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(schema);
    expect(validate(document), ajv.errorsText(validate.errors)).to.equal(true);
    const broken = { ...(document as object), operations: { push: { action: "shout" } } };
    expect(validate(broken)).to.equal(false);
  });

  it("names every push of the source, and no other", () => {
    const inSource = ["BookingPush", "EventPush", "PersonPush"].flatMap((type) =>
      namesIn("src/realtime/pushes.ts", type),
    );
    expect(inSource).to.include.members(["booking_confirmed", "seat_update", "system_alert"]);
    expect(Object.keys(PUSHES).toSorted()).to.deep.equal([...new Set(inSource)].toSorted());
  });

  it("gives examples that match their own schemas", () => {
    const { components } = document as {
      components: { messages: Record<string, { payload: object; examples: { payload: unknown }[] }> };
    };
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    ajv.addSchema(document, "async");
    for (const [key, { examples }] of Object.entries(components.messages)) {
      const validate = ajv.compile({ $ref: `async#/components/messages/${key}/payload` });
      for (const { payload } of examples)
        expect(validate(payload), `${key}: ${ajv.errorsText(validate.errors)}`).to.equal(true);
    }
  });
});
