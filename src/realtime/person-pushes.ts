import { type ObservePush, type PersonPush, type PushNamespace, userRoom } from "./pushes.ts";

/**
 * Shows a person something on those of their sockets that are in this process; other processes do the same with theirs.
 * @returns how many sockets that were; asking with no names only counts them
 */
export type TellPerson = (
  userId: string,
  names: readonly PersonPush[],
  data: Readonly<Record<string, unknown>>,
) => number;

export function tellPerson(namespace: PushNamespace, observePush: ObservePush): TellPerson {
  return (userId, names, data) => {
    const room = userRoom(userId);
    const sockets = namespace.adapter.rooms.get(room)?.size ?? 0;
    if (sockets === 0) return 0;
    for (const name of names) {
      namespace.local.to(room).emit(name, data);
      observePush(name, sockets);
    }
    return sockets;
  };
}
