import { z } from "zod";
import { otherNamesOf } from "../names.ts";
import { layoutConfig } from "./layout.ts";
import { pageFields } from "./lists.ts";
import { text } from "./text.ts";
import { CAPACITY_MAX } from "./tiers.ts";

const NAME_LENGTH_MAX = 200;
const CITY_LENGTH_MAX = 100;

const optional = {
  address: text(300).nullish(),
  city: text(CITY_LENGTH_MAX).nullish(),
  state: text(100).nullish(),
  country: text(100).nullish(),
  postal_code: text(20).nullish(),
  capacity: z.int().min(1).max(CAPACITY_MAX).nullish(),
  layout_config: layoutConfig.optional(),
};

export const createVenueBody = z.strictObject({ name: text(NAME_LENGTH_MAX), ...optional });
export const updateVenueBody = createVenueBody.partial();

export const VENUE_NAMES = otherNamesOf(createVenueBody);

export const venueListQuery = z.object({
  ...pageFields,
  city: text(CITY_LENGTH_MAX).optional(),
  search: text(100).optional(),
});
