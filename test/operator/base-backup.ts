import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";

/** What is not of a backup: what only the running server means, and its log of changes, which is archived. */
const LEFT_OUT = [
  "postmaster.pid",
  "postmaster.opts",
  "pg_wal",
  "pg_replslot",
  "pg_dynshmem",
  "pg_notify",
  "pg_stat_tmp",
];

/** A folder that the account of the server may write to, whoever it runs as. */
export function openFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o777);
  return path;
}

/**
 * A base backup of a running server by the low-level interface (PostgreSQL's manual, "Making a Base Backup Using the
 * Low Level API"): the same that pg_basebackup does, without that program. Files are copied while they are written to; what is
 * between their parts is in the archived log.
 * @param cluster the data folder of the server
 * @param target made here, owned by whom the cluster belongs to
 */
export async function takeBaseBackup(url: string, cluster: string, target: string): Promise<void> {
  // The backup lasts as long as this session.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("select pg_backup_start('test', fast => true)");
    copyFolder(cluster, target, (path) => LEFT_OUT.some((name) => path === join(cluster, name)));
    const { rows } = await client.query(
      "select labelfile, spcmapfile from pg_backup_stop(wait_for_archive => true)",
    );
    writeFileSync(join(target, "backup_label"), rows[0].labelfile);
    for (const name of LEFT_OUT.filter((entry) => entry.startsWith("pg_")))
      mkdirSync(join(target, name), { recursive: true });
    for (const name of ["archive_status", "summaries"])
      mkdirSync(join(target, "pg_wal", name), { recursive: true });
  } finally {
    await client.end();
  }
  own(cluster, target);
}

/** Copies what is there for as long as it is: the server removes files meanwhile, and what it did is in its log. */
function copyFolder(from: string, to: string, isLeftOut: (path: string) => boolean): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (isLeftOut(source)) continue;
    try {
      if (entry.isDirectory()) copyFolder(source, copy, isLeftOut);
      else copyFileSync(source, copy);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/** Gives a copy to whom the original belongs, readable by nobody else, as the server wants it. */
function own(original: string, copy: string): void {
  const { uid, gid } = statSync(original);
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", `${uid}:${gid}`, copy]);
  execFileSync("chmod", ["-R", "u=rwX,go=", copy]);
}

/** Makes a server that starts on this copy go through the archived log up to a restore point, and go on from there. */
export function recoverTo(copy: string, archive: string, restorePoint: string): void {
  const settings = [
    `restore_command = 'cp ${archive}/%f %p'`,
    `recovery_target_name = '${restorePoint}'`,
    "recovery_target_action = 'promote'",
    // The copy is another installation: it must not write into the archive of the original.
    "archive_mode = off",
  ];
  writeFileSync(join(copy, "postgresql.auto.conf"), `${settings.join("\n")}\n`);
  writeFileSync(join(copy, "recovery.signal"), "");
  own(join(copy, "PG_VERSION"), copy);
}

export function removeCopies(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
