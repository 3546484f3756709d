import { exchange, type Reply, type RequestOptions } from "./client.ts";

/** A client of a surface that answers with bare bodies. @param base where it is, such as http://127.0.0.1:3000/api */
export function ask(base: string, route: string, options: RequestOptions = {}): Promise<Reply> {
  const [method = "GET", path = ""] = route.split(" ");
  return exchange(base, { method, path, ...options });
}
