import type { z } from "zod";
import { isUuid } from "../domain/ids.ts";
import { acceptedFields, describeIssue } from "./describe.ts";
import { ApiError } from "./errors.ts";
import type { FieldNames } from "./names.ts";

const PROBLEMS_MAX = 20;
const FIELD_NAME_LENGTH_MAX = 80;
const NO_OTHER_NAMES: FieldNames = {};
const PARSE = { error: describeIssue } as const;

/**
 * Checks a JSON body against a schema (`z.strictObject` refuses unknown fields) and gives back the typed value.
 * Fields under their other names are taken as the same field; given twice, the values must be equal.
 * @throws ApiError VALIDATION_ERROR whose `details` say for each field what is wrong and what is accepted.
 */
export function parseBody<S extends z.ZodType>(
  schema: S,
  body: unknown,
  otherNames: FieldNames = NO_OTHER_NAMES,
): z.output<S> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalid([
      ["body", `must be a JSON object with the fields ${acceptedFields(schema, []).join(", ")}`],
    ]);
  }
  const parsed = schema.safeParse(otherNames === NO_OTHER_NAMES ? body : renamed(body, otherNames), PARSE);
  if (parsed.success) return parsed.data;
  throw invalid(problemsOf(schema, parsed.error.issues, otherNames));
}

/**
 * Checks query parameters. Unknown ones are ignored (use `z.object`); a known one may be given once.
 * @throws ApiError VALIDATION_ERROR as `parseBody` does.
 */
export function parseQuery<S extends z.ZodType>(
  schema: S,
  query: Readonly<Record<string, string | string[] | undefined>>,
): z.output<S> {
  const repeated = acceptedFields(schema, []).filter((field) => Array.isArray(query[field]));
  if (repeated.length > 0) throw invalid(repeated.map((field) => [field, "may be given only once"]));
  const parsed = schema.safeParse(query, PARSE);
  if (parsed.success) return parsed.data;
  throw invalid(problemsOf(schema, parsed.error.issues, NO_OTHER_NAMES));
}

/** @throws ApiError VALIDATION_ERROR where a body holds anything at all; `wrong` says what is accepted instead. */
export function expectNoFields(body: unknown, wrong: string): void {
  const isEmpty =
    typeof body === "object" && body !== null && !Array.isArray(body) && Object.keys(body).length === 0;
  if (!isEmpty) throw malformed("body", wrong);
}

/** A part of the path that is a UUID, in lower case. @throws ApiError VALIDATION_ERROR where it is none. */
export function uuidParam(params: Readonly<Record<string, string | undefined>>, name = "id"): string {
  const id = (params[name] ?? "").toLowerCase();
  if (!isUuid(id)) throw malformed(name, "must be a UUID");
  return id;
}

/** The error of one field that is wrong. */
export function malformed(field: string, wrong: string): ApiError {
  return invalid([[field, wrong]]);
}

type Problem = readonly [field: string, wrong: string];

function renamed(body: object, otherNames: FieldNames): object {
  const result: Record<string, unknown> = Object.create(null);
  for (const [given, value] of Object.entries(body)) {
    const name = Object.hasOwn(otherNames, given) ? (otherNames[given] as string) : given;
    if (name in result && result[name] !== value) {
      throw invalid([[given, `says something else than the same field under another name; send only one`]]);
    }
    result[name] = value;
  }
  return result;
}

function problemsOf(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  otherNames: FieldNames,
): readonly Problem[] {
  return issues.flatMap((issue): readonly Problem[] => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") return [[path.join(".") || "body", issue.message]];
    const others = path.length === 0 ? Object.keys(otherNames) : [];
    const accepted = [...acceptedFields(schema, issue.path), ...others].join(", ");
    return issue.keys.map((key) => [[...path, key].join("."), `is not a known field; accepted: ${accepted}`]);
  });
}

function invalid(problems: readonly Problem[]): ApiError {
  const details: [string, string][] = [];
  for (const [field, wrong] of problems) {
    const name = field.slice(0, FIELD_NAME_LENGTH_MAX).toWellFormed();
    if (details.length < PROBLEMS_MAX && !details.some(([seen]) => seen === name))
      details.push([name, wrong]);
  }
  const [first] = details;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  const message = first === undefined ? "The request is not valid" : `${first[0]} ${first[1]}${more}`;
  // `fromEntries` defines own properties, so that a field named __proto__ is reported like any other.
  return new ApiError("VALIDATION_ERROR", message, { details: Object.fromEntries(details) });
}
