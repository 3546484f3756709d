import { z } from "zod";
import { ApiError } from "../errors.ts";

const PER_PAGE_MAX = 100;
const OFFSET_MAX = 10_000;
const LINKED_QUERY_LENGTH_MAX = 1_000;

const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max).optional();

/** The paging parameters every list takes: `limit` = `per_page`, and `offset` or `page`. */
export const pageFields = {
  limit: count(1, PER_PAGE_MAX),
  per_page: count(1, PER_PAGE_MAX),
  offset: count(0, OFFSET_MAX),
  page: count(1, OFFSET_MAX),
};

/** The query of a list that takes nothing else, and how many rows it answers with where nobody says. */
export const pageQuery = z.object(pageFields);
export const LIST_DEFAULT = 20;

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

type Given = { readonly [Field in keyof typeof pageFields]?: number | undefined };

/** @throws ApiError where two parameters say the same thing differently. */
export function pageOf(given: Given, defaultLimit: number): Page {
  if (given.limit !== undefined && given.per_page !== undefined && given.limit !== given.per_page) {
    throw conflict("limit", "limit and per_page differ; send only one");
  }
  if (given.offset !== undefined && given.page !== undefined) {
    throw conflict("page", "send either offset or page, not both");
  }
  const limit = given.limit ?? given.per_page ?? defaultLimit;
  const offset = given.offset ?? ((given.page ?? 1) - 1) * limit;
  if (offset > OFFSET_MAX) throw conflict("page", `reaches beyond the first ${OFFSET_MAX} rows`);
  return { limit, offset };
}

function conflict(field: string, wrong: string): ApiError {
  return new ApiError("VALIDATION_ERROR", wrong, { details: { [field]: wrong } });
}

/** The `pagination` object of a list reply. */
export function paginationOf({ limit, offset }: Page, total: number): Record<string, unknown> {
  const page = Math.floor(offset / limit) + 1;
  const pages = Math.ceil(total / limit);
  return {
    page,
    per_page: limit,
    limit,
    total,
    total_pages: pages,
    pages,
    has_next: offset + limit < total,
    has_prev: offset > 0,
  };
}

/** RFC 8288 links to the neighbours of a page; null where there are none, or the query would burst a header. */
export function linkHeaderOf(
  { path, querystring }: { readonly path: string; readonly querystring: string },
  { limit, offset }: Page,
  total: number,
): string | null {
  if (querystring.length > LINKED_QUERY_LENGTH_MAX) return null;
  const at = (target: number, rel: string): string => {
    const query = new URLSearchParams(querystring);
    for (const name of ["page", "per_page"]) query.delete(name);
    query.set("limit", String(limit));
    query.set("offset", String(target));
    return `<${path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(offset > 0 ? [at(Math.max(0, offset - limit), "prev")] : []),
    ...(offset + limit < total && offset + limit <= OFFSET_MAX ? [at(offset + limit, "next")] : []),
  ];
  return links.length === 0 ? null : links.join(", ");
}
