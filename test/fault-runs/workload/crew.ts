import { Buyer } from "./buyer.ts";
import { diceFor } from "./dice.ts";
import type { Hall } from "./hall.ts";
import { Intents } from "./intents.ts";
import type { Known } from "./known.ts";
import { Listener } from "./listener.ts";
import { mixOf } from "./mix.ts";
import type { Open } from "./open.ts";
import { Drops } from "./pushes-heard.ts";
import type { Requester } from "./requester.ts";
import { DEFAULTS, type Person, type WorkloadOptions } from "./wish.ts";

/** Holds of the paid event are made, cancelled and left to expire all the same. */
const NO_PAYMENTS = { checkout: 0, callback: 0 } as const;

/** What all clients of a run share. */
export interface Shared {
  readonly hall: Hall;
  readonly people: readonly Person[];
  readonly requester: Requester;
  readonly known: Known;
  readonly open: Open;
}

/** Those who send requests, as the seed and the wish have them. */
export function buyersOf({ seed, wish, canPay }: WorkloadOptions, shared: Shared): Buyer[] {
  const { clients, thinkMsMax } = { ...DEFAULTS, ...wish };
  const mix = mixOf(seed, canPay ? wish : { ...wish, kinds: { ...wish.kinds, ...NO_PAYMENTS } });
  const people = shared.people.map(({ userId }) => userId);
  return Array.from({ length: clients }, (_, number) => {
    const intents = new Intents({ seed, client: number, mix, thinkMsMax });
    return new Buyer({ ...shared, people, number, intents, canPay, keyPrefix: `run-${seed}` });
  });
}

/** Those who listen: each is somebody of the run who follows one of its events. */
export function listenersOf(options: WorkloadOptions, { hall, people }: Shared): Listener[] {
  const { seed, wish, apis, history } = options;
  const events = Object.values(hall);
  return Array.from({ length: wish.listeners ?? DEFAULTS.listeners }, (_, number) => {
    const dice = diceFor(seed, `listener ${number}`);
    const { userId: user, token } = people[dice.between(0, people.length - 1)] as Person;
    const event = events[dice.between(0, events.length - 1)]?.id ?? "";
    return new Listener({ number, user, event, token, apis, history, drops: new Drops(dice) });
  });
}
