import { z } from "zod";

const NOUNS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  date: "a date",
};

const FORMATS: Readonly<Record<string, string>> = {
  email: "an e-mail address",
  uuid: "a UUID",
  guid: "a UUID",
  datetime: "a date and time in ISO 8601, such as 2030-05-01T19:00:00Z",
  date: "a date in ISO 8601, such as 2030-05-01",
  url: "a URL",
  safeint: "a whole number",
};

/**
 * Says of a failed check what would be accepted, for a person, so that "<field> <sentence>" reads well.
 * A check with a message of its own keeps it.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `is required: ${noun(issue.expected)}`
        : `must be ${noun(issue.expected)}`;
    case "too_small":
      return bound(issue.origin, issue.inclusive === false ? "more than" : "at least", issue.minimum);
    case "too_big":
      return bound(issue.origin, issue.inclusive === false ? "less than" : "at most", issue.maximum);
    case "invalid_format":
      return `must be ${FORMATS[String(issue.format)] ?? "in the documented format"}`;
    case "invalid_value":
      return `must be one of ${(issue.values as readonly unknown[]).join(", ")}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    default:
      return "has a form that is not accepted";
  }
}

function noun(expected: unknown): string {
  return NOUNS[String(expected)] ?? String(expected);
}

function bound(origin: unknown, relation: string, limit: unknown): string {
  if (limit === 1 && relation === "at least" && origin !== "number") return "must not be empty";
  if (origin === "string") return `must have ${relation} ${limit} characters`;
  if (origin === "array") return `must have ${relation} ${limit} entries`;
  return `must be ${relation} ${limit}`;
}

/** The field names that a schema accepts at `path`; empty where it is not an object there. */
export function acceptedFields(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const here = unwrapped(schema);
  const [step, ...rest] = path;
  if (here instanceof z.ZodArray) return acceptedFields(here.element as z.ZodType, rest);
  if (!(here instanceof z.ZodObject)) return [];
  const shape = here.shape as Readonly<Record<string, z.ZodType>>;
  // A field that only says why it is not accepted is not offered.
  if (step === undefined) return Object.keys(shape).filter((name) => !isRefused(shape[name]));
  const inner = shape[String(step)];
  return inner === undefined ? [] : acceptedFields(inner, rest);
}

function isRefused(field: z.ZodType | undefined): boolean {
  return field !== undefined && unwrapped(field) instanceof z.ZodNever;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) {
    // What is looked at before the checks begin has no fields: those are behind it.
    return unwrapped((schema.in instanceof z.ZodTransform ? schema.out : schema.in) as z.ZodType);
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unwrapped(schema.unwrap() as z.ZodType);
  }
  return schema;
}
