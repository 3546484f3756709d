import { passwordProblem } from "./new-passwords.ts";
import type { PasswordHasher } from "./passwords.ts";
import type { Credentials, UserStore } from "./ports.ts";
import type { Actor } from "./principal.ts";

interface EnsureAdminOptions {
  readonly users: UserStore;
  readonly hasher: PasswordHasher;
  readonly email: string;
  readonly password: string;
  readonly newId: () => string;
  /** Who makes a new account an admin, where somebody does. */
  readonly grantedBy?: Actor;
}

/**
 * Makes sure that an active admin with this e-mail and password exists; any number of processes may do so at once.
 * Another password than the stored one replaces it and ends that user's sessions.
 * @throws Error saying what is wrong with a password that nobody may have.
 */
export async function ensureAdmin(options: EnsureAdminOptions): Promise<"created" | "updated" | "unchanged"> {
  const { users, hasher, email, password, newId, grantedBy = null } = options;
  const problem = passwordProblem(password, email);
  if (problem !== null) throw new Error(`the admin's password ${problem}`);
  const known = await users.credentialsByEmail(email);
  if (known !== null) return update(options, known);
  const passwordHash = await hasher.hash(password);
  const nobody = { firstName: null, lastName: null, phone: null };
  const admin = {
    id: newId(),
    email,
    passwordHash,
    name: "Administrator",
    role: "admin",
    grantedBy,
    ...nobody,
  } as const;
  if ((await users.insert(admin)) !== "EmailTaken") return "created";
  const winner = await users.credentialsByEmail(email);
  if (winner === null) throw new Error(`invariant: ${email} is taken by nobody`);
  return update(options, winner);
}

async function update(
  { users, hasher, password }: EnsureAdminOptions,
  { user, passwordHash }: Credentials,
): Promise<"updated" | "unchanged"> {
  const isSame = await hasher.verify(password, passwordHash);
  if (isSame && user.role === "admin" && user.isActive) return "unchanged";
  if (!isSame) {
    const toHash = await hasher.hash(password);
    await users.replacePassword({ userId: user.id, fromHash: passwordHash, toHash, keepSessionId: null });
  }
  await users.promoteToAdmin(user.id);
  return "updated";
}
