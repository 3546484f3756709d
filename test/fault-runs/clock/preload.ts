/**
 * Loaded before a role (`--import`): its clock is wrong by `EVENTLY_CLOCK_OFFSET_MS`, which is all that a wrong clock of
 * one machine is to one process. Monotonic time goes on as ever.
 */
const offsetMs = Number(process.env.EVENTLY_CLOCK_OFFSET_MS ?? "0");
delete process.env.EVENTLY_CLOCK_OFFSET_MS;

const Right = Date;
const now = () => Right.now() + offsetMs;

globalThis.Date = new Proxy(Right, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Right(now()).toString(),
  get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
});
