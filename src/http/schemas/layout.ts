import { z } from "zod";
import { describeIssue } from "../describe.ts";
import { isStorable, STORABLE, text } from "./text.ts";

const LAYOUT_BYTES_MAX = 32_768;
const LAYOUT_DEPTH_MAX = 16;
const SECTIONS_MAX = 500;
const ROWS_MAX = 1_000;
const SEATS_PER_ROW_MAX = 1_000;
const PRICE_MAX = 10_000_000;

/** Seats by section and row, as an event's own seat configuration says them; more fields are the organizer's own. */
const sections = z
  .array(
    z.looseObject({
      name: text(60),
      rows: z.array(text(20)).min(1).max(ROWS_MAX),
      seats_per_row: z.int().min(1).max(SEATS_PER_ROW_MAX),
      price: z.number().min(0).max(PRICE_MAX).optional(),
    }),
  )
  .max(SECTIONS_MAX);

type Layout = Readonly<Record<string, unknown>>;

/**
 * Free JSON, kept as it came. One name in it is ours: `sections`, where it is there, must be a template of seats, so that
 * what is wrong with it is found here and not by the event that takes it over.
 */
export const layoutConfig = z
  .custom<Layout>(isObject, { error: "must be an object", abort: true })
  .superRefine((layout, ctx) => {
    const problem = treeProblem(layout, LAYOUT_DEPTH_MAX) ?? sizeProblem(layout);
    if (problem !== null) {
      ctx.addIssue({ code: "custom", message: problem });
    } else if (Object.hasOwn(layout, "sections")) {
      const { error } = sections.safeParse(layout.sections, { error: describeIssue });
      for (const { message, path } of error?.issues ?? []) {
        ctx.addIssue({ code: "custom", message, path: ["sections", ...path] });
      }
    }
  })
  .meta({
    override: { type: "object", additionalProperties: true },
    description: `Free JSON of at most ${LAYOUT_BYTES_MAX} bytes; its \`sections\` are a template of seats`,
  });

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Looks no deeper than it has to: what is nested without end would end the stack of whoever writes it out. */
function treeProblem(value: unknown, depthMax: number): string | null {
  if (typeof value === "string") return isStorable(value) ? null : STORABLE;
  if (typeof value !== "object" || value === null) return null;
  if (depthMax === 0) return `must not be nested deeper than ${LAYOUT_DEPTH_MAX} levels`;
  for (const [name, part] of Object.entries(value)) {
    const problem = treeProblem(name, depthMax) ?? treeProblem(part, depthMax - 1);
    if (problem !== null) return problem;
  }
  return null;
}

function sizeProblem(layout: Layout): string | null {
  const bytes = Buffer.byteLength(JSON.stringify(layout));
  return bytes <= LAYOUT_BYTES_MAX ? null : `must have at most ${LAYOUT_BYTES_MAX} bytes; it has ${bytes}`;
}
