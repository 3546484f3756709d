import type { z } from "zod";
import type { FieldNames } from "../names.ts";
import type { DocumentedBody } from "./operation.ts";

type Json = Record<string, unknown>;

/** Says of a property that it is another name of one beside it. */
const ALIAS = "x-alias-of";

const documented = new WeakMap<DocumentedBody, z.ZodType>();

/**
 * The schema of a request's body for the document: the one that validates, under a name of its own, with the other
 * names that its fields may have. A field that is required may be there under any of its names. Operations with the
 * same body share one component.
 */
export function documentedSchema(body: DocumentedBody): z.ZodType {
  const known = documented.get(body);
  if (known !== undefined) return known;
  const { name, schema, otherNames = {} } = body;
  const made = schema.meta({
    id: name,
    override: ({ jsonSchema }: { readonly jsonSchema: object }) => addNames(jsonSchema as Json, otherNames),
  });
  documented.set(body, made);
  return made;
}

function addNames(json: Json, otherNames: FieldNames): void {
  const properties = json.properties as Record<string, Json> | undefined;
  if (properties === undefined) return;
  const aliases = Object.entries(otherNames).filter(([, field]) => Object.hasOwn(properties, field));
  for (const [alias, field] of aliases) {
    properties[alias] = { ...properties[field], description: `Another name of ${field}`, [ALIAS]: field };
  }
  const required = (json.required as string[] | undefined) ?? [];
  const aliased = required.filter((field) => aliases.some(([, of]) => of === field));
  if (aliased.length === 0) return;
  json.required = required.filter((field) => !aliased.includes(field));
  json.allOf = aliased.map((field) => ({
    anyOf: [field, ...aliases.filter(([, of]) => of === field).map(([alias]) => alias)].map((one) => ({
      required: [one],
    })),
  }));
}
