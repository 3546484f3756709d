import { once } from "node:events";
import { connect } from "node:net";

/** Deletes everything in a Redis. @throws where it does not say that it did */
export async function flushRedis(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.write("FLUSHALL\r\n");
  const [reply] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  if (!reply.toString().startsWith("+OK")) throw new Error(`Redis answered ${reply}`);
}
