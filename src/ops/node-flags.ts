/**
 * Flags of Node for processes that serve: requests leave much short-lived garbage behind, and a young generation of 128 MB
 * collects it when most of it is dead. The `start:…` scripts in package.json say the same.
 */
export const NODE_FLAGS: readonly string[] = ["--max-semi-space-size=128"];
