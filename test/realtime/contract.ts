import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { buildAsyncDocument } from "../../src/http/asyncapi/document.ts";

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema(buildAsyncDocument("0.0.0"), "async");
const compiled = new Map<string, ValidateFunction | null>();

/**
 * What is wrong with a push, or with the acknowledgement of an emit, as the AsyncAPI document has it; null where nothing
 * is. @param key `<push>_push` or `<emit>_answer`
 */
export function breachOf(key: string, payload: unknown): string | null {
  const validate = validatorOf(key);
  if (validate === null) return `${key} is not documented`;
  if (validate(payload)) return null;
  const wrong = ajv.errorsText(validate.errors, { dataVar: "payload" });
  return `${key} is not as documented: ${wrong}: ${JSON.stringify(payload)}`;
}

function validatorOf(key: string): ValidateFunction | null {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const document = ajv.getSchema("async")?.schema as { components: { messages: object } };
  const made = Object.hasOwn(document.components.messages, key)
    ? ajv.compile({ $ref: `async#/components/messages/${key}/payload` })
    : null;
  compiled.set(key, made);
  return made;
}
