type Json = Readonly<Record<string, unknown>>;

/** Of formats and of nothing in particular, what a value looks like. */
const TEXTS: Readonly<Record<string, string>> = {
  uuid: "0197c1a4-7c00-7000-8000-5f0000000001",
  "date-time": "2030-05-01T19:00:00.000Z",
  date: "2030-05-01",
  email: "ada@example.com",
  uri: "https://example.com/",
};

/** A value that a schema accepts, put together of the examples that its parts state. Optional fields are left out. */
export function exampleOf(schema: Json, components: Readonly<Record<string, Json>>): unknown {
  const { examples, anyOf, oneOf, allOf } = schema as { [key: string]: Json[] | undefined };
  if (examples !== undefined) return examples[0];
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (typeof schema.$ref === "string") {
    const target = components[schema.$ref.split("/").at(-1) ?? ""];
    return target === undefined ? null : exampleOf(target, components);
  }
  const [first] = anyOf ?? oneOf ?? allOf ?? [];
  if (first !== undefined) return exampleOf(first, components);
  return ofType(schema, components);
}

function ofType(schema: Json, components: Readonly<Record<string, Json>>): unknown {
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object":
      return ofObject(schema, components);
    case "array":
      return schema.items === undefined ? [] : [exampleOf(schema.items as Json, components)];
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return false;
    case "string":
      return TEXTS[String(schema.format)] ?? "text";
    default:
      return null;
  }
}

function ofObject(schema: Json, components: Readonly<Record<string, Json>>): Json {
  const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, Json>>);
  const required = (schema.required ?? []) as readonly string[];
  return Object.fromEntries(
    properties
      .filter(([name]) => required.includes(name))
      .map(([name, of]) => [name, exampleOf(of, components)]),
  );
}
