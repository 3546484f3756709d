import type { Broken } from "../variant.ts";

export const DOUBLE_EXPIRY: Broken = {
  name: "double-expiry",
  breaks: "Two sweeps of one turn let each hold expire, and its stock comes back twice.",
  caughtBy: "I9",
  edits: [
    {
      file: "src/engine/deliberate.ts",
      find: "return [...timers, ...holds];",
      replace: "return [...timers, ...holds, ...holds.map((hold) => ({ ...hold, id: ids.commandId() }))];",
      times: 1,
    },
    {
      file: "src/domain/decide/timers.ts",
      find: 'const held = state.holds.get(bookingId); if (held === undefined) return refuse("BookingNotFound");',
      replace: `const held = state.holds.get(bookingId) ?? swept.get(bookingId);
  if (held === undefined || (held.seats !== null && !state.holds.has(bookingId))) return refuse("BookingNotFound");
  swept.set(bookingId, { ...held, payment: null });`,
      times: 1,
    },
    {
      file: "src/domain/decide/timers.ts",
      find: "export function timerRings(",
      replace: "const swept = new Map<BookingId, Hold>();\n\nexport function timerRings(",
      times: 1,
    },
    {
      file: "src/domain/apply/bookings.ts",
      find: 'releaseHold(world, outcome, "expired", 0);',
      replace: `if (world.state.holds.has(outcome.bookingId)) releaseHold(world, outcome, "expired", 0);
  else if (tierAt(world.state, outcome.tier).held >= outcome.quantity) unhold(world.state, outcome);`,
      times: 1,
    },
  ],
};
