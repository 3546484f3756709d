/**
 * JSON as RFC 8785 writes it: without spaces, the members of each object in the order of their names (UTF-16 code units).
 * So a file that was formatted or whose members were sorted is still the text that was signed. Numbers have to be whole:
 * of these every writer of JSON makes the same digits.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`);
  return `{${members.join(",")}}`;
}
