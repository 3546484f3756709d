import type { Queryable } from "./database.ts";

/** So long after it was made a key begins to sign: by then every process has looked for new ones, some more than once. */
export const LEARN_S = 60;

interface KeyRow {
  readonly number: number;
  readonly secret: string;
  readonly signs: boolean;
  readonly ttlSMax: number;
}

/** The first key of an installation, unless it has one. */
export async function provideTokenKey(db: Queryable, secret: string): Promise<void> {
  await db.query(
    `insert into token_key (number, secret, signs_from)
     select 1, $1, now() where not exists (select from token_key) on conflict do nothing`,
    [secret],
  );
}

/** When the last token of a key that was followed by another has run out, with as much again as clocks may be apart. */
const SERIES = `select number, secret, signs_from, ttl_s_max,
    lead(signs_from) over (order by number) + make_interval(secs => ttl_s_max + ${LEARN_S}) as gone_at from token_key`;

/**
 * The secrets of all keys that verify, the one that signs first. By the database's clock: what one process signs with,
 * all others know.
 * @param ttlS how long what this process signs may live: written down before it signs, so that the key is kept as long
 */
export async function loadTokenKeys(db: Queryable, ttlS: number): Promise<string[]> {
  const { rows } = await db.query<KeyRow>({
    name: "token-keys",
    text: `select number, secret, signs_from <= clock_timestamp() as signs, ttl_s_max as "ttlSMax"
             from (${SERIES}) k where gone_at is null or gone_at > clock_timestamp() order by number desc`,
    values: [],
  });
  const signer = rows.find(({ signs }) => signs);
  if (signer === undefined) throw new Error("invariant: there is no key that signs tokens");
  if (signer.ttlSMax < ttlS) {
    await db.query("update token_key set ttl_s_max = greatest(ttl_s_max, $2) where number = $1", [
      signer.number,
      ttlS,
    ]);
  }
  return [signer, ...rows.filter((key) => key !== signer)].map(({ secret }) => secret);
}

/** What became of a rotation. */
export type Rotation =
  | { readonly type: "rotated"; readonly signsFrom: Date; readonly oldGoneAt: Date }
  /** The key before has not begun to sign: two at once would leave one that nobody ever signed with. */
  | { readonly type: "underWay"; readonly signsFrom: Date }
  /** No process ever made one. */
  | { readonly type: "none" };

/** Adds a key that follows all others, for who holds the transaction, and forgets those that are gone. */
export async function rotateTokenKey(tx: Queryable, secret: string): Promise<Rotation> {
  await tx.query("lock table token_key in share row exclusive mode");
  await forgetGoneKeys(tx);
  const { rows } = await tx.query<{ number: number; signsFrom: Date; signs: boolean; ttlS: number }>(
    `select number, signs_from as "signsFrom", signs_from <= clock_timestamp() as signs, ttl_s_max as "ttlS"
       from token_key order by number desc limit 1`,
  );
  const [newest] = rows;
  if (newest === undefined) return { type: "none" };
  if (!newest.signs) return { type: "underWay", signsFrom: newest.signsFrom };
  const added = await tx.query<{ signsFrom: Date }>(
    `insert into token_key (number, secret, signs_from)
     values ($1, $2, clock_timestamp() + make_interval(secs => ${LEARN_S})) returning signs_from as "signsFrom"`,
    [newest.number + 1, secret],
  );
  const { signsFrom } = added.rows[0] as { signsFrom: Date };
  return {
    type: "rotated",
    signsFrom,
    oldGoneAt: new Date(signsFrom.getTime() + (newest.ttlS + LEARN_S) * 1_000),
  };
}

/** Deletes keys whose tokens have all run out, and the place where the first of them stood in earlier versions. */
export async function forgetGoneKeys(db: Queryable): Promise<void> {
  const { rowCount } = await db.query(
    `delete from token_key where number in (select number from (${SERIES}) k where gone_at <= clock_timestamp())`,
  );
  if ((rowCount ?? 0) > 0) await db.query("delete from setting where name = 'jwt_secret'");
}
