import { z } from "zod";
import { count } from "./scalars.ts";

const pagination = z
  .strictObject({
    page: z.int().min(1),
    per_page: z.int().min(1).meta({ description: "The same as limit" }),
    limit: z.int().min(1),
    total: count,
    total_pages: count,
    pages: count.meta({ description: "The same as total_pages" }),
    has_next: z.boolean(),
    has_prev: z.boolean(),
  })
  .meta({ id: "Pagination", description: "Where this page stands in the whole list" });

/** What stands beside `data` where it is a page of a list. */
export const pageBeside = {
  count: count.meta({ description: "Rows in this reply" }),
  pagination,
};
