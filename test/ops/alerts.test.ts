import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(import.meta.dirname, "../..");
const FILE = join(ROOT, "src/ops/alerts.yml");
/** Where metrics are made. */
const SOURCES = ["src/ops/metrics.ts", "src/ops/gauges.ts", "src/api/start.ts", "workers/booking.ts"];
/** Part of Prometheus, not of this project: it need not be there. */
const PROMTOOL = "promtool";
const PROMTOOL_MISSING = `${PROMTOOL} is not on the PATH: the rules were not parsed`;

const rules = readFileSync(FILE, "utf8");

/** The expressions of the rules, one line each as the file has them. */
const expressions = [...rules.matchAll(/^ +expr: (.+)$/gm)].map(([, expression]) => expression as string);

describe("src/ops/alerts.yml", () => {
  it("asks only for metrics that there are", () => {
    const source = SOURCES.map((file) => readFileSync(join(ROOT, file), "utf8")).join("\n");
    const made = new Set([...source.matchAll(/"(evently_[a-z_]+)"/g)].map(([, name]) => name));
    const asked = new Set(expressions.flatMap((expression) => expression.match(/\bevently_[a-z_]+/g) ?? []));
    expect([...asked].filter((name) => !made.has(name))).to.deep.equal([]);
    expect([...asked]).to.include.members([
      "evently_payments_captured_without_ticket",
      "evently_refunds_failed",
      "evently_refunds_owed",
      "evently_payment_task_age_seconds",
      "evently_mailbox_head_age_seconds",
      "evently_turn_faults_total",
    ]);
  });

  it("names every alert once, with an expression, a severity and what to do about it", () => {
    const names = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name);
    expect(new Set(names).size).to.equal(names.length).and.be.above(0);
    expect(expressions).to.have.lengthOf(names.length);
    for (const part of [/^ +severity: (?:critical|warning)$/gm, /^ +summary: \S/gm, /^ +description: \S/gm]) {
      expect(rules.match(part), String(part)).to.have.lengthOf(names.length);
    }
  });

  it("is accepted by Prometheus", function () {
    const checked = spawnSync(PROMTOOL, ["check", "rules", FILE], { encoding: "utf8" });
    if (checked.error !== undefined && "code" in checked.error && checked.error.code === "ENOENT") {
      console.log(`      ${PROMTOOL_MISSING}`);
      this.skip();
    }
    expect(checked.status, checked.stdout + checked.stderr).to.equal(0);
    expect(checked.stdout).to.include("SUCCESS");
  });
});
