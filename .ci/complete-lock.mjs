// Run after `npm install`: names in package-lock.json the packages of other platforms that npm left out because the
// registry it asked did not serve them. Without them `npm ci` refuses the lock, on every platform.
import { readFileSync, writeFileSync } from "node:fs";

const OS = /(?:^|-)(android|darwin|freebsd|linux|openharmony|win32)(?:-|$)/;
const CPU = /(?:^|-)(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-|$)/;
const FILE = "package-lock.json";

const lock = JSON.parse(readFileSync(FILE, "utf8"));
const { packages } = lock;
for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const [key, nested] = [`node_modules/${name}`, `${parent}/node_modules/${name}`];
    const [os, cpu] = [OS.exec(name)?.[1], CPU.exec(name)?.[1]];
    if (packages[key] !== undefined || packages[nested] !== undefined || !/^\d/.test(version)) continue;
    if (os === undefined || cpu === undefined) throw new Error(`${name} is missing and names no platform`);
    const libc =
      os === "linux" && /musl|gnu/.test(name) ? { libc: [name.includes("musl") ? "musl" : "glibc"] } : {};
    packages[key] = { version, cpu: [cpu], ...(dev ? { dev } : {}), ...libc, optional: true, os: [os] };
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
