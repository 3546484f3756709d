/** A rehearsal that cannot be made as it was asked for; the message tells the person who asked what would do. */
export class RehearsalRefused extends Error {
  override readonly name = "RehearsalRefused";
}
