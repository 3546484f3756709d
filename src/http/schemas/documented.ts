/** Says to the OpenAPI document that a schema also takes these texts, which its preprocessing turns into objects. */
export function orTexts(...texts: readonly string[]) {
  return ({ jsonSchema }: { readonly jsonSchema: object }): void => {
    const asObject = { ...jsonSchema };
    for (const key of Object.keys(jsonSchema)) delete (jsonSchema as Record<string, unknown>)[key];
    Object.assign(jsonSchema, { anyOf: [{ type: "string", enum: texts }, asObject] });
  };
}
