import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { until } from "../../support/until.ts";
import { REPORT_VARIABLE, readFailpoints } from "./spec.ts";

/** What has to be loaded first for failpoints to work. */
export const FAILPOINTS_PRELOAD = pathToFileURL(join(import.meta.dirname, "preload.ts")).href;

/** The failpoints of one process, from outside. */
export class FailpointReport {
  readonly #file: string;

  /** @param file of this process alone */
  constructor(file: string) {
    this.#file = file;
    writeFileSync(file, "");
  }

  get env(): Readonly<Record<string, string>> {
    return { [REPORT_VARIABLE]: this.#file };
  }

  /** Points that were hit, in order, such as `turn.decided:3 kill`. */
  get hits(): readonly string[] {
    return this.#lines.filter((line) => line !== "armed");
  }

  /** Arms other failpoints in the running process, counted from now on. @param pid its process */
  async arm(pid: number, spec: string): Promise<void> {
    readFailpoints(spec);
    const armed = this.#armed;
    writeFileSync(`${this.#file}.spec`, spec);
    process.kill(pid, "SIGUSR2");
    await until("the failpoints are armed", () => this.#armed > armed);
  }

  get #armed(): number {
    return this.#lines.length - this.hits.length;
  }

  get #lines(): string[] {
    return existsSync(this.#file) ? readFileSync(this.#file, "utf8").split("\n").filter(Boolean) : [];
  }
}
