/** The arrows of src/ARCHITECTURE.md: who may import whom. Test: test/architecture.test.ts plants a forbidden import. */
const within = (...folders) => `^src/(${folders.join("|")})/`;

/** Folders of src and what of src each may import besides itself. */
const MAY_IMPORT = {
  analytics: ["domain", "ops"],
  audit: ["analytics", "domain"],
  charts: [],
  client: [],
  domain: [],
  ops: ["domain", "engine/ports", "identity/new-passwords", "tickets/keys"],
  engine: ["domain", "ops/points"],
  forecast: ["ops/log", "ops/work-loop"],
  identity: ["domain", "ops"],
  "load-tests": ["domain"],
  mailbox: ["domain", "engine", "ops"],
  notifications: ["domain", "ops", "tickets"],
  store: [
    "analytics",
    "audit/ports",
    "domain",
    "engine",
    "forecast",
    "identity",
    "load-tests/ports",
    "notifications",
    "ops",
    "pricing",
    "rehearsal/ports",
  ],
  outbox: ["domain", "engine", "notifications", "ops"],
  cache: ["domain", "ops"],
  realtime: ["domain", "engine", "identity", "outbox", "ops"],
  payments: ["domain", "ops/fault", "ops/log", "ops/renewal", "ops/work-loop"],
  rehearsal: ["charts", "domain", "pricing"],
  pricing: ["domain"],
  statements: ["domain", "ops/iso-time", "tickets/keys"],
  tickets: ["domain", "ops/fault"],
  tracing: ["domain", "engine/ports", "ops/log"],
  webhooks: ["domain", "ops"],
  http: [
    "analytics",
    "domain",
    "forecast",
    "identity",
    "load-tests/ports",
    "load-tests/scenarios",
    "notifications",
    "ops",
    "payments",
    "pricing",
    "rehearsal",
    "statements",
    "tickets",
  ],
  operator: ["api/token-keys", "domain", "engine", "identity", "mailbox", "ops", "store"],
};

const arrows = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  severity: "error",
  comment: `src/${folder} may import of src only: ${[folder, ...allowed].join(", ")}`,
  from: { path: within(folder) },
  to: { path: "^(src|workers|bench|test)/", pathNot: `^src/(${[folder, ...allowed].join("|")})[/.]` },
}));

/** Packages that one folder alone may name. */
const OWNERS = {
  autocannon: "^src/load-tests/|^bench/",
  "pg-boss": "^src/mailbox/|^bench/",
  koa: "^src/http/|^bench/|^test/",
  "socket[.]io": "^src/realtime/|^test/",
  ws: "^src/realtime/|^bench/sockets/|^test/",
  ioredis: "^src/cache/|^bench/|^test/",
  "rate-limiter-flexible": "^src/cache/",
  stripe: "^src/payments/",
  nodemailer: "^src/notifications/channels/",
  "web-push": "^src/notifications/channels/",
  pdfkit: "^src/tickets/",
  qrcode: "^src/tickets/",
  "ical-generator": "^src/tickets/",
  "@opentelemetry": "^(src|test)/tracing/",
  pg: "^src/(store|mailbox|api)/|^bench/|^test/",
};

const owners = Object.entries(OWNERS).map(([name, folders]) => ({
  name: `only-its-owner-imports-${name.replace("[.]", "-")}`,
  severity: "error",
  from: { path: "^(src|workers|bench|test)/", pathNot: folders },
  to: { path: `^node_modules/(@types/)?${name}/`, dependencyTypesNot: ["type-only"] },
}));

module.exports = {
  forbidden: [
    ...arrows,
    ...owners,
    {
      name: "domain-is-pure",
      severity: "error",
      comment: "no clock, no dice, no I/O, no package",
      from: { path: within("domain") },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "npm-optional"] },
    },
    {
      name: "engine-knows-no-package",
      severity: "error",
      from: { path: within("engine") },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-optional"] },
    },
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "product-imports-no-bench-or-test",
      severity: "error",
      from: { path: "^(src|workers)/" },
      to: { path: "^(bench|test)/" },
    },
    { name: "nothing-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      extensions: [".ts", ".mjs", ".js"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
