import { createECDH } from "node:crypto";
import webpush from "web-push";
import { z } from "zod";

/** What tells push services that it is the same sender as the one somebody subscribed to (RFC 8292). */
export interface VapidKeys {
  /** An uncompressed P-256 point in base64url: browsers subscribe with it as `applicationServerKey`. */
  readonly publicKey: string;
  readonly privateKey: string;
}

const storedSchema = z.object({ publicKey: z.string(), privateKey: z.string() });

/** New keys, as the text that they are kept as. */
export function generateVapidKeys(): string {
  return JSON.stringify(webpush.generateVAPIDKeys());
}

/** Reads what `generateVapidKeys` made. @throws where it is something else. */
export function readVapidKeys(text: string): VapidKeys {
  return checkedVapidKeys(storedSchema.parse(JSON.parse(text)));
}

/** @throws where the keys are none, or belong to different pairs: every push would be refused. */
export function checkedVapidKeys(keys: VapidKeys): VapidKeys {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(keys.privateKey, "base64url");
  if (pair.getPublicKey("base64url") !== keys.publicKey)
    throw new Error("VAPID_PUBLIC_KEY is not the public key of VAPID_PRIVATE_KEY");
  return keys;
}
