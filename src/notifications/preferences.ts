import { CHANNELS, type ChannelName } from "./channel.ts";
import { CHOSEN_KINDS, type KindName, ruleOf } from "./kinds.ts";

/** True: used first. False: never used. Null: used where those of the first do not lead to the person. */
export type ChannelChoice = boolean | null;
export type KindChoice = Readonly<Record<ChannelName, ChannelChoice>>;

/** What somebody wants otherwise than the default. */
export interface StoredChoice {
  readonly kind: string;
  readonly wanted: readonly string[];
  readonly off: readonly string[];
}

/** What holds for a person, for every kind that people decide about. */
export function choicesOf(stored: readonly StoredChoice[]): Readonly<Record<string, KindChoice>> {
  const byKind = new Map(stored.map((choice) => [choice.kind, choice]));
  return Object.fromEntries(CHOSEN_KINDS.map((kind) => [kind, choiceOf(kind, byKind.get(kind))]));
}

export function choiceOf(kind: KindName, stored: StoredChoice | undefined): KindChoice {
  const wanted: readonly string[] = stored?.wanted ?? ruleOf(kind).channels;
  const off = stored?.off ?? [];
  const of = (channel: ChannelName) => (off.includes(channel) ? false : wanted.includes(channel) || null);
  return Object.fromEntries(CHANNELS.map((channel) => [channel, of(channel)])) as KindChoice;
}

/** A choice with some of its channels decided anew; the others stay as they are. */
export function changed(
  kind: KindName,
  stored: StoredChoice | undefined,
  change: { readonly [Channel in ChannelName]?: ChannelChoice | undefined },
): StoredChoice {
  const now = choiceOf(kind, stored);
  const after = (channel: ChannelName) => {
    const choice = change[channel];
    return choice === undefined ? now[channel] : choice;
  };
  return {
    kind,
    wanted: CHANNELS.filter((channel) => after(channel) === true),
    off: CHANNELS.filter((channel) => after(channel) === false),
  };
}
