/** Stands for everybody together where an organiser's id stands else. */
export const EVERYBODY = "00000000-0000-0000-0000-000000000000";

/** Where something of an organiser is added up. */
export function scopesOf(ownerId: string): readonly string[] {
  return [ownerId, EVERYBODY];
}
