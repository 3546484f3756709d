import type { Login } from "./admin.ts";

export interface Whereabouts {
  readonly host: string;
  readonly apiPort: number;
  /** Worker processes by name, with the port of their metrics. */
  readonly workers: readonly { readonly name: string; readonly port: number | null }[];
  readonly databaseUrl: string;
  /** The data folder of the embedded PostgreSQL, or null where DATABASE_URL named another. */
  readonly dataFolder: string | null;
  /** A login that was invented in this start. */
  readonly invented: Login | null;
}

/** What a person who typed `npm start` wants to know, without secrets but the invented login. */
export function banner(found: Whereabouts): string {
  const host = ["0.0.0.0", "::"].includes(found.host) ? "localhost" : found.host;
  const api = `http://${host}:${found.apiPort}`;
  const database = new URL(found.databaseUrl);
  database.password = "";
  const rows: (readonly [string, string])[] = [
    ["API", `${api}/api/v1`],
    ["health", `${api}/health`],
    ["metrics", `${api}/metrics`],
  ];
  for (const { name, port } of found.workers) {
    if (port !== null) rows.push([`${name} worker`, `http://${host}:${port}/metrics`]);
  }
  rows.push(["database", database.href]);
  if (found.dataFolder !== null) rows.push(["data", `${found.dataFolder} (kept between runs)`]);
  if (found.invented !== null) {
    rows.push(["admin", `${found.invented.email}   password: ${found.invented.password}`]);
    rows.push(["", "shown this once; set your own by ADMIN_EMAIL and ADMIN_PASSWORD"]);
  }
  rows.push(["stop", "Ctrl-C"]);
  return [
    "",
    "Evently is running.",
    ...rows.map(([name, value]) => `  ${name.padEnd(15)} ${value}`),
    "",
    "",
  ].join("\n");
}
