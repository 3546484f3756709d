import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
// @ts-expect-error a script of the gate, without types
import { renderDashboards } from "../../.ci/dashboards.mjs";
import { whyNoRedis } from "../realtime/redis-server.ts";
import { until } from "../support/until.ts";
import { BusySystem } from "./busy-system.ts";
import { read, readYaml, tool } from "./files.ts";

const FOLDER = "deploy/grafana/dashboards";
/** Of other exporters, or made by Prometheus itself. */
const OTHERS = /^(up|node_filesystem_(avail|size)_bytes)$/;
/** Given to every sample by Prometheus, or part of a histogram's samples. */
const GIVEN_LABELS = ["job", "instance", "le"];
/** No sample of these without a replica, which test/ops/database-status.test.ts has, and of this without overload. */
const UNSAMPLED = [
  "evently_postgres_replica_lag_seconds",
  "evently_postgres_replica_lag_bytes",
  "evently_shed_total",
];
const OF_REDIS = "evently_cache_redis_looks_total";
const WORDS = new Set(
  "sum by max min on and or rate increase histogram_quantile absent topk vector offset max_over_time predict_linear".split(
    " ",
  ),
);

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/** A query with what of labels is asked of it: by itself, and by the words around it. */
interface Asked {
  readonly where: string;
  readonly expr: string;
  readonly words: string;
}

const panels = (file: string): Panel[] => JSON.parse(read(`${FOLDER}/${file}`)).panels;
const ofDashboards: Asked[] = readdirSync(FOLDER).flatMap((file) =>
  panels(file).flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({
      where: `${file}: ${title}`,
      expr: expr.replaceAll("$__rate_interval", "1m"),
      words: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label).join(" "),
    })),
  ),
);
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}
const rules = (readYaml("deploy/prometheus/alerts.yml").groups as { rules: Rule[] }[]).flatMap(
  (group) => group.rules,
);
const ofRules: Asked[] = rules.map(({ alert, expr, annotations }) => ({
  where: alert,
  expr,
  words: [
    ...Object.values(annotations)
      .join(" ")
      .matchAll(/\$labels\.(\w+)/g),
  ]
    .map(([, label]) => label)
    .join(" "),
}));
const asked = [...ofDashboards, ...ofRules];

const withoutTexts = (expr: string) => expr.replaceAll(/"[^"]*"/g, '""');

function metricsIn(expr: string): string[] {
  const bare = withoutTexts(expr)
    .replaceAll(/\{[^}]*\}/g, "")
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\b(by|on) \([^)]*\)/g, "");
  return [...bare.matchAll(/[a-z_][a-z0-9_]*/g)].flatMap(([name]) =>
    WORDS.has(name) || /^\d|^[dhm]$/.test(name) ? [] : name,
  );
}

function labelsIn({ expr, words }: Asked): string[] {
  const bare = withoutTexts(expr);
  const matched = [...bare.matchAll(/\{([^}]*)\}/g)].flatMap(
    ([, inside = ""]) => inside.match(/\w+(?=\s*(=|!=))/g) ?? [],
  );
  const grouped = [...bare.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(
    ([, inside = ""]) => inside.match(/\w+/g) ?? [],
  );
  return [...matched, ...grouped, ...words.split(" ").filter((word) => word !== "")];
}

describe("dashboards", () => {
  it("are those that .ci/dashboard-panels.mjs describes; else npm run dashboards:generate was forgotten", () => {
    const rendered: { file: string; text: string }[] = renderDashboards();
    expect(readdirSync(FOLDER).toSorted()).to.deep.equal(rendered.map(({ file }) => file).toSorted());
    for (const { file, text } of rendered) expect(read(`${FOLDER}/${file}`) === text, file).to.equal(true);
  });

  it("are six: on sale, API, PostgreSQL, sockets, notifications, payments; by the data source that is provisioned", () => {
    const names = ["api", "notifications", "on-sale", "payments", "postgresql", "sockets"];
    expect(readdirSync(FOLDER).toSorted()).to.deep.equal(names.map((name) => `${name}.json`));
    const [source] = readYaml("deploy/grafana/provisioning/datasources/prometheus.yml").datasources;
    const [provider] = readYaml("deploy/grafana/provisioning/dashboards/evently.yml").providers;
    const mounts = readYaml("docker-compose.yml").services.grafana.volumes as string[];
    expect(mounts).to.include(`./${FOLDER}:${provider.options.path}:ro`);
    const uids = new Set(
      [...read(`${FOLDER}/on-sale.json`).matchAll(/"type": "prometheus",\s+"uid": "(\w+)"/g)].map(
        ([, uid]) => uid,
      ),
    );
    expect(uids).to.deep.equal(new Set([source.uid]));
  });

  it("ask what Prometheus can parse", function () {
    const folder = mkdtempSync(join(tmpdir(), "evently-promql-"));
    try {
      const file = join(folder, "rules.yml");
      const recorded = ofDashboards.map(({ expr }, at) => ({ record: `panel:${at}`, expr }));
      writeFileSync(file, stringify({ groups: [{ name: "panels", rules: recorded }] }));
      const { status, output } = tool(this, "promtool", ["check", "rules", file]);
      expect(status, output).to.equal(0);
      expect(output).to.include(`${recorded.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what dashboards and alerts ask for", function () {
  this.timeout(90_000);
  let system: BusySystem | undefined;
  let scraped: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  const noRedis = whyNoRedis();

  const missing = () => {
    const names = new Set(asked.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !OTHERS.test(name)));
    return [...names].filter((name) => !scraped.has(name));
  };
  const missingLabels = () =>
    asked.flatMap((one) => {
      const metrics = metricsIn(one.expr).filter((name) => !OTHERS.test(name));
      const isElsewhere = metrics.length === 0 || metrics.some((name) => UNSAMPLED.includes(name));
      if (isElsewhere || (noRedis !== null && metrics.includes(OF_REDIS))) return [];
      const known = new Set([...GIVEN_LABELS, ...metrics.flatMap((name) => [...(scraped.get(name) ?? [])])]);
      return labelsIn(one).flatMap((label) => (known.has(label) ? [] : [`${one.where}: ${label}`]));
    });

  before(async () => {
    if (noRedis !== null) console.log(`      ${noRedis}: ${OF_REDIS} has no samples to look at`);
    system = await BusySystem.start(noRedis === null);
    await system.trade();
  });
  after(() => system?.stop());

  it("is told by the real processes after a little of everything, by every name and label", async () => {
    await until(
      "everything to be told",
      async () => {
        scraped = (await system?.scrape()) ?? new Map();
        return missing().length === 0 && missingLabels().length === 0;
      },
      20_000,
    ).catch(() => undefined);
    if (noRedis === null) expect(missing()).to.deep.equal([]);
    else expect(missing().filter((name) => name !== OF_REDIS)).to.deep.equal([]);
    expect(missingLabels()).to.deep.equal([]);
  });

  it("is found where it is not: a name or label that is told by nobody shows", () => {
    expect(metricsIn('sum by (a) (rate(evently_x_total{b="c"}[5m])) / on (d) evently_y')).to.deep.equal([
      "evently_x_total",
      "evently_y",
    ]);
    const labels = labelsIn({ where: "", expr: 'sum by (a, b) (x{c!="d", e=~"f"})', words: "g" });
    expect(labels).to.deep.equal(["c", "e", "a", "b", "g"]);
  });
});
