import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import { expect } from "chai";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { Job } from "kubernetes-models/batch/v1/Job";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Secret } from "kubernetes-models/v1/Secret";
import { Service } from "kubernetes-models/v1/Service";
import pg from "pg";
import { parseAllDocuments } from "yaml";
import { CONFIG_NAMES, loadConfig } from "../../src/ops/config.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { connectionsOf, QUIET_SHARE } from "./connections.ts";
import { DEPLOY, read, readDocuments, readYaml, scriptOf, tool } from "./files.ts";

const FOLDER = "deploy/kubernetes";

// biome-ignore lint/suspicious/noExplicitAny: manifests are looked at as they are
type Manifest = any;
type Model = new (manifest: Manifest) => { validate(): void };
const MODELS: Readonly<Record<string, Model>> = {
  "v1 ConfigMap": ConfigMap,
  "v1 Namespace": Namespace,
  "v1 Secret": Secret,
  "v1 Service": Service,
  "apps/v1 Deployment": Deployment,
  "autoscaling/v2 HorizontalPodAutoscaler": HorizontalPodAutoscaler,
  "batch/v1 Job": Job,
  "keda.sh/v1alpha1 ScaledObject": ScaledObject,
  "networking.k8s.io/v1 Ingress": Ingress,
  "networking.k8s.io/v1 NetworkPolicy": NetworkPolicy,
  "policy/v1 PodDisruptionBudget": PodDisruptionBudget,
};
/** Of the Prometheus operator; there is no model of it, so that its fields are looked at by name below. */
const UNMODELLED = ["monitoring.coreos.com/v1 PodMonitor"];

const kustomization = readYaml(`${FOLDER}/kustomization.yaml`);
const applied = (kustomization.resources as string[]).flatMap((file) => readDocuments(`${FOLDER}/${file}`));
const [example] = readDocuments(`${FOLDER}/secret.example.yaml`);
const ofKind = (kind: string): Manifest[] => applied.filter((manifest) => manifest.kind === kind);
const named = (kind: string, name: string): Manifest =>
  ofKind(kind).find(({ metadata }) => metadata.name === `evently-${name}`);
const containerOf = (manifest: Manifest): Manifest => manifest.spec.template.spec.containers[0];
const workloads = [...ofKind("Deployment"), ...ofKind("Job")];

const SECRETS = {
  ...example.stringData,
  DATABASE_URL: "postgres://evently:9f86d081884c@postgres-rw.data.svc.cluster.local:5432/evently",
  JWT_SECRET: "q7Zr0wXk3mVd8Tn5LbGy2cHu6JfSa9Pe1RoIiWtU4xQz",
  METRICS_TOKEN: "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f",
  STRIPE_SECRET_KEY: "sk_live_7Qm2ZrX0tBv5Lk9Wc4Hs8Jd1",
  STRIPE_WEBHOOK_SECRET: "whsec_3nY7pR1kT9xC5vB2mQ8wL4jF6",
};

describe("the Kubernetes manifests, which cannot be applied here,", () => {
  it("are all named by kustomization.yaml, but for the example of a secret", () => {
    const files = readdirSync(join(DEPLOY, "kubernetes"));
    const named = [...kustomization.resources, "kustomization.yaml", "secret.example.yaml"];
    expect(files.toSorted()).to.deep.equal(named.toSorted());
  });

  it("are valid by the schemas of Kubernetes and KEDA", () => {
    for (const manifest of [...applied, example]) {
      const kind = `${manifest.apiVersion} ${manifest.kind}`;
      if (UNMODELLED.includes(kind)) continue;
      const ModelOf = MODELS[kind];
      if (ModelOf === undefined) throw new Error(`there is no schema of ${kind}`);
      expect(() => new ModelOf(manifest).validate(), `${kind} ${manifest.metadata.name}`).not.to.throw();
    }
    const broken = structuredClone(named("Deployment", "api"));
    broken.spec.template.spec.containers[0].ports[0].containerPort = "http";
    expect(() => new Deployment(broken).validate()).to.throw();
  });

  it("give our processes a configuration that production accepts, and name no variable that is not read", () => {
    const [{ data }] = ofKind("ConfigMap");
    for (const workload of workloads) {
      const { env = [], envFrom } = containerOf(workload);
      expect(envFrom).to.deep.equal([
        { configMapRef: { name: "evently" } },
        { secretRef: { name: "evently" } },
      ]);
      const own = Object.fromEntries(
        env.map(({ name, value }: { name: string; value: string }) => [name, value]),
      );
      const environment = { ...data, ...SECRETS, ...own };
      expect(CONFIG_NAMES).to.include.members(Object.keys(environment));
      expect(environment.NODE_ENV).to.equal("production");
      expect(() => loadConfig(environment)).not.to.throw();
    }
    for (const [name, untouched] of Object.entries(example.stringData)) {
      expect(() => loadConfig({ ...data, ...SECRETS, [name]: untouched }), name).to.throw(name);
    }
  });

  it("start each role by the command that package.json has", () => {
    const commands = workloads.map((workload) => [workload.metadata.name, containerOf(workload).command]);
    expect(Object.fromEntries(commands)).to.deep.equal({
      "evently-api": scriptOf("start:api"),
      "evently-worker": scriptOf("start:worker"),
      "evently-effects": scriptOf("start:effects"),
      "evently-migrate": scriptOf("migrate"),
    });
  });

  it("ask each process at the port that it is told to listen on", () => {
    for (const [name, variable] of [
      ["api", "PORT"],
      ["worker", "WORKER_PORT"],
      ["effects", "EFFECTS_PORT"],
    ] as const) {
      const { env, ports, ...container } = containerOf(named("Deployment", name));
      expect(env).to.deep.equal([{ name: variable, value: String(ports[0].containerPort) }]);
      for (const [probe, path] of [
        ["startupProbe", "/livez"],
        ["livenessProbe", "/livez"],
        ["readinessProbe", "/readyz"],
      ] as const) {
        expect(container[probe].httpGet).to.deep.equal({ path, port: ports[0].name });
      }
      const [endpoint] = named("PodMonitor", name).spec.podMetricsEndpoints;
      expect(endpoint).to.include({ port: ports[0].name, path: "/metrics" });
      expect(endpoint.authorization.credentials).to.deep.equal({ name: "evently", key: "METRICS_TOKEN" });
      expect(endpoint.relabelings).to.deep.equal([{ targetLabel: "job", replacement: `evently-${name}` }]);
    }
  });

  it("let every pod run as nobody in particular, write below /tmp only, and end in time", () => {
    for (const workload of workloads) {
      const { spec } = workload.spec.template;
      const { name } = workload.metadata;
      expect(spec.securityContext, name).to.include({ runAsNonRoot: true, runAsUser: 1000 });
      expect(spec.automountServiceAccountToken, name).to.equal(false);
      const { securityContext, resources, volumeMounts } = containerOf(workload);
      expect(securityContext, name).to.deep.include({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
      expect(volumeMounts).to.deep.equal([{ name: "tmp", mountPath: "/tmp" }]);
      expect(resources.requests, name).to.have.all.keys("cpu", "memory");
      expect(resources.limits, name).to.have.all.keys("memory");
      if (workload.kind === "Job") continue;
      const sleepS = containerOf(workload).lifecycle?.preStop.sleep.seconds ?? 0;
      const shutdownS = loadConfig({}).SHUTDOWN_MS_MAX / 1_000;
      expect(spec.terminationGracePeriodSeconds, name).to.be.above(sleepS + shutdownS);
    }
  });

  it("select pods that there are, and scale what nobody else scales", () => {
    const labelsOf = (name: string) => named("Deployment", name).spec.template.metadata.labels;
    for (const name of ["api", "worker", "effects"]) {
      const { matchLabels } = named("Deployment", name).spec.selector;
      expect(labelsOf(name)).to.include(matchLabels);
      expect(named("PodDisruptionBudget", name).spec.selector.matchLabels).to.deep.equal(matchLabels);
      expect(named("PodMonitor", name).spec.selector.matchLabels).to.deep.equal(matchLabels);
    }
    expect(labelsOf("api")).to.include(named("Service", "api").spec.selector);
    expect(named("HorizontalPodAutoscaler", "api").spec.scaleTargetRef.name).to.equal("evently-api");
    expect(named("ScaledObject", "worker").spec.scaleTargetRef.name).to.equal("evently-worker");
    const scaled = ["api", "worker"].map((name) => named("Deployment", name).spec.replicas);
    expect(scaled).to.deep.equal([undefined, undefined]);
  });

  it("ask PostgreSQL for no more connections, at their most, than leave it quiet as the Secret asks for it", () => {
    const [, connectionsMax = ""] =
      /max_connections of at least (\d+)/.exec(read(`${FOLDER}/secret.example.yaml`)) ?? [];
    const podsMax = {
      api: named("HorizontalPodAutoscaler", "api").spec.maxReplicas,
      booking: named("ScaledObject", "worker").spec.maxReplicaCount,
      effects: named("Deployment", "effects").spec.replicas,
    };
    let sum = 0;
    for (const role of ["api", "booking", "effects"] as const) {
      const { own, more } = connectionsOf(role);
      // One more than there are, while a new version comes.
      sum += (own + more) * (podsMax[role] + 1);
    }
    expect(sum).to.be.within(1, QUIET_SHARE * Number(connectionsMax));
    const told = read("docs/deployment.md");
    expect(told).to.contain(`\`max_connections\` of at least ${connectionsMax}`);
    expect(told).to.contain(`take up to ${sum}`);
  });

  it("let processes, and no Job, send spans to a collector in the cluster", () => {
    const port = 4318;
    const [rule] = ofKind("NetworkPolicy").filter(({ spec }) =>
      (spec.egress ?? []).some(({ ports }: Manifest) => ports.some((one: Manifest) => one.port === port)),
    );
    expect(rule.spec.egress).to.deep.equal([
      {
        to: [
          {
            namespaceSelector: {},
            podSelector: { matchLabels: { "app.kubernetes.io/name": "opentelemetry-collector" } },
          },
        ],
        ports: [{ port }],
      },
    ]);
    const [{ values }] = rule.spec.podSelector.matchExpressions;
    const components = workloads.map(
      ({ spec }) => spec.template.metadata.labels["app.kubernetes.io/component"],
    );
    expect(values).to.have.members(components.filter((name) => name !== "migrate"));
    const [, asked] = /# OTEL_EXPORTER_OTLP_ENDPOINT: (\S+)/.exec(read(`${FOLDER}/config.yaml`)) ?? [];
    expect(loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: asked })).to.include({
      OTEL_EXPORTER_OTLP_ENDPOINT: asked,
    });
    expect(new URL(asked ?? "").port).to.equal(String(port));
    for (const document of ["docs/deployment.md", "docs/tracing.md"])
      expect(read(document), document).to.contain("`network-policy.yaml`").and.contain("4318");
  });
});

describe("kustomization.yaml", () => {
  it("is put together by kubectl, with the image that it names", function () {
    const { status, output } = tool(this, "kubectl", ["kustomize", FOLDER]);
    expect(status, output).to.equal(0);
    const built = parseAllDocuments(output).map((document) => document.toJS());
    expect(built).to.have.length(applied.length);
    for (const manifest of built.filter(({ kind }) => kind === "Deployment" || kind === "Job")) {
      expect(manifest.metadata.namespace).to.equal("evently");
      expect(containerOf(manifest).image).to.match(/^registry\.example\.com\/evently:/);
    }
  });
});

describe("the query that KEDA counts workers by", () => {
  const { metadata } = named("ScaledObject", "worker").spec.triggers[0];

  it("wants a worker for every thousand envelopes, and no more than there are mailboxes with mail", async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const wanted = async () => Number(Object.values((await client.query(metadata.query)).rows[0])[0]);
    const put = (queue: string, count: number) =>
      client.query(
        "insert into mailbox.job (name, state) select $1, 'created' from generate_series(1, $2::integer)",
        [queue, count],
      );
    try {
      expect(await wanted()).to.equal(0);
      await put("event.one", 1);
      expect(await wanted()).to.equal(1);
      await put("event.one", 5_000);
      expect(await wanted(), "one mailbox is one worker's").to.equal(1);
      await put("event.two", 500);
      await put("event.three", 10);
      expect(await wanted()).to.equal(3);
      expect(metadata.targetQueryValue).to.equal("1");
      // An actor alone, without its event.
      await client.query("set session_replication_role = replica");
      const { rows } = await client.query<{ name: string }>(
        `insert into actor (event_id, is_paused) values (gen_random_uuid(), true) returning 'event.' || event_id as name`,
      );
      await put(rows[0]?.name ?? "", 10);
      expect(await wanted(), "bookings of a paused sale are nobody's work").to.equal(3);
    } finally {
      await client.end();
      await database.drop();
    }
  });
});
