import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT, read, readYaml, tool } from "./files.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<"summary" | "description" | "runbook_url", string>>;
}

const FILE = "deploy/prometheus/alerts.yml";
const TESTS = "deploy/prometheus/alerts.test.yml";
const rules = (readYaml(FILE).groups as { rules: Rule[] }[]).flatMap((group) => group.rules);

describe("alerting rules", () => {
  it("name every alert once, with a severity and what it means", () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).to.equal(names.length).and.be.above(30);
    for (const { alert, labels, annotations } of rules) {
      expect(labels.severity, alert).to.match(/^(critical|warning)$/);
      expect(annotations.summary, alert).to.match(/\S/);
      expect(annotations.description, alert).to.match(/\S/);
    }
  });

  it("lead to a page each, which tells what it means, what to look at and what to do; no page is left over", () => {
    for (const { alert, labels, annotations } of rules) {
      expect(annotations.runbook_url).to.equal(`docs/runbooks/${alert}.md`);
      expect(existsSync(join(ROOT, annotations.runbook_url)), annotations.runbook_url).to.equal(true);
      const page = read(annotations.runbook_url);
      expect(page).to.match(new RegExp(`^# ${alert}\n\nSeverity: ${labels.severity}\\. \\S`));
      for (const part of ["## What to look at\n\n- ", "## What to do\n\n- "])
        expect(page, alert).to.include(part);
    }
    const pages = readdirSync(join(ROOT, "docs/runbooks")).map((name) => name.replace(/\.md$/, ""));
    expect(pages.toSorted()).to.deep.equal(rules.map(({ alert }) => alert).toSorted());
  });

  it("are led to by pages that lead on only to pages that there are", () => {
    for (const page of readdirSync(join(ROOT, "docs/runbooks"))) {
      const links = [...read(`docs/runbooks/${page}`).matchAll(/\]\(([^)]+)\)/g)].map(
        ([, link]) => link as string,
      );
      for (const link of links) expect(existsSync(join(ROOT, "docs/runbooks", link)), link).to.equal(true);
    }
  });

  it("are accepted by Prometheus", function () {
    const { status, output } = tool(this, "promtool", ["check", "rules", FILE]);
    expect(status, output).to.equal(0);
    expect(output).to.include(`SUCCESS: ${rules.length} rules found`);
  });

  it("fire where they should, and only there", function () {
    const { status, output } = tool(this, "promtool", ["test", "rules", TESTS]);
    expect(status, output).to.equal(0);
  });

  it("are each tried both ways", () => {
    const tests = readYaml(TESTS).tests as {
      alert_rule_test: { alertname: string; exp_alerts: unknown[] }[];
    }[];
    const tried = tests.flatMap((test) => test.alert_rule_test);
    for (const { alert } of rules) {
      const ways = tried
        .filter(({ alertname }) => alertname === alert)
        .map((one) => one.exp_alerts.length > 0);
      expect(new Set(ways), alert).to.deep.equal(new Set([true, false]));
    }
  });

  it("are in a configuration that Prometheus accepts, with the jobs that they ask for", function () {
    const config = readYaml("deploy/prometheus/prometheus.yml");
    expect(config.rule_files).to.deep.equal(["alerts.yml"]);
    const jobs = (config.scrape_configs as { job_name: string }[]).map(({ job_name: name }) => name);
    const asked = new Set(
      rules.flatMap(({ expr }) => [...expr.matchAll(/job="([\w-]+)"/g)].map(([, job]) => job)),
    );
    expect(jobs).to.include.members([...asked]);
    const { status, output } = tool(this, "promtool", [
      "check",
      "config",
      "--syntax-only",
      "deploy/prometheus/prometheus.yml",
    ]);
    expect(status, output).to.equal(0);
  });
});
