import { setTimeout as sleep } from "node:timers/promises";
import { openEvents } from "./bench-events.ts";
import type { Timing } from "./bench-options.ts";
import { contestantOf, type PeerVariant, peerOf } from "./contestants.ts";
import { measure, type Sample } from "./measure.ts";
import { type Measurement, SETTINGS, type Setting, type Variant } from "./scenarios.ts";
import type { Stage } from "./stage.ts";

/** Until every PostgreSQL process has seen a changed configuration. */
const RELOAD_MS = 200;

/** Sets PostgreSQL and pools as a measurement needs them, opens events for it, and has it made. */
export class Conductor {
  readonly #stage: Stage;
  readonly #poolSizes = new Map<Variant, number>();
  #setting: Setting = SETTINGS[0];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** @param poolSize connections of the peer; null for variants whose pool is their own business */
  async run(
    { setting, scenario, variant }: Pick<Measurement, "setting" | "scenario" | "variant">,
    poolSize: number | null,
    timing: Timing,
  ): Promise<Sample> {
    const { cast, pool, origin, adminToken } = this.#stage;
    await this.prepare({ setting, variant }, poolSize);
    const eventIds = await openEvents({ origin, adminToken, db: pool }, scenario);
    return measure(this.#stage.arena(timing), contestantOf(variant, cast, pool), scenario, eventIds);
  }

  /** Sets PostgreSQL and the variant's pool, and does nothing more. */
  async prepare(
    { setting, variant }: Pick<Measurement, "setting" | "variant">,
    poolSize: number | null,
  ): Promise<void> {
    await this.#apply(setting);
    if (poolSize !== null) await this.#resize(variant as PeerVariant, poolSize);
  }

  /** Leaves PostgreSQL set as it was found. */
  async reset(): Promise<void> {
    await this.#apply(SETTINGS[0]);
  }

  async #apply(setting: Setting): Promise<void> {
    if (setting.name === this.#setting.name) return;
    const { pool } = this.#stage;
    const statements =
      setting.commitDelayUs === 0
        ? ["alter system reset commit_delay", "alter system reset commit_siblings"]
        : [
            `alter system set commit_delay = ${setting.commitDelayUs}`,
            "alter system set commit_siblings = 0",
          ];
    for (const statement of [...statements, "select pg_reload_conf()"]) await pool.query(statement);
    await sleep(RELOAD_MS);
    this.#setting = setting;
  }

  async #resize(variant: PeerVariant, size: number): Promise<void> {
    if (this.#poolSizes.get(variant) === size) return;
    const peer = peerOf(this.#stage.cast, variant);
    const ready = peer.receive((message) =>
      (message as { readonly type: string }).type === "pool-ready" ? true : null,
    );
    peer.send({ type: "pool", size });
    await ready;
    this.#poolSizes.set(variant, size);
  }
}
