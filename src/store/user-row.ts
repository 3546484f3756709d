import type { User } from "../identity/ports.ts";
import type { Role } from "../identity/principal.ts";

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly phone: string | null;
  readonly role: Role;
  readonly tier: string;
  readonly is_active: boolean;
  readonly created_at: Date;
}

/** The columns of a `UserRow`, of the table with this alias. */
export function userColumns(alias: string): string {
  const columns = "id email name first_name last_name phone role tier is_active created_at".split(" ");
  return columns.map((column) => `${alias}.${column}`).join(", ");
}

export function userOf(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    firstName: row.first_name,
    lastName: row.last_name,
    phone: row.phone,
    role: row.role,
    tier: row.tier,
    isActive: row.is_active,
    createdAt: row.created_at,
  };
}
