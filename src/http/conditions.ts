import { malformed } from "./validate.ts";

/** Whether `If-None-Match` names this ETag: the client has what it would be sent. */
export function isKnown(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch.trim() === "*" || ifNoneMatch.includes(etag);
}

/** Whether a request only asks for what its sender has already: then it is answered 304. */
export function isUnchanged(
  request: { readonly method: string; get(header: string): string },
  etag: string,
): boolean {
  const isRead = request.method === "GET" || request.method === "HEAD";
  return isRead && isKnown(request.get("If-None-Match"), etag);
}

/**
 * The version in `If-Match: "<version>…"`; what stands behind it, such as sales since then or that the event has begun,
 * does not matter to a change. Null where the header is absent or `*`.
 * @throws ApiError VALIDATION_ERROR with this example where it is no ETag of ours.
 */
export function expectedVersion(header: string, example: string): number | null {
  if (header === "" || header === "*") return null;
  const version = /^(?:W\/)?"(\d{1,15})(?:\.\d+){0,2}(?:\.(?:ongoing|completed))?"$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw malformed("If-Match", `must be an ETag of this resource, such as "${example}"`);
}
