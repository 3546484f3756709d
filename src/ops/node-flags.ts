/**
 * Flags of Node for processes that serve. The `start:…` scripts in package.json, the containers and their manifests say the same.
 *
 * - Requests leave much short-lived garbage behind: a young generation of 128 MB is collected when most of it is dead.
 * - V8 makes objects old at birth where most of their kind once lived long, as they do in a rush. After it they die at once, and
 *   until the next full collection they keep alive whatever young they refer to. ADR 49.
 */
export const NODE_FLAGS: readonly string[] = [
  "--max-semi-space-size=128",
  "--no-allocation-site-pretenuring",
];
