import { createClient } from "redis";
import type { WebSocket } from "ws";

const here = new Map<string, Set<WebSocket>>();
const url = process.env.BUS_URL;
const pub = await createClient({ url }).connect();
const sub = await pub.duplicate().connect();

export function join(room: string, socket: WebSocket) {
  const members = here.get(room) ?? new Set();
  here.set(room, members.add(socket));
  socket.on("close", () => members.delete(socket));
}

export const say = (room: string, text: string) =>
  pub.publish(`room:${room}`, text);

await sub.pSubscribe("room:*", (text, channel) => {
  const room = channel.slice("room:".length);
  for (const socket of here.get(room) ?? []) {
    socket.send(text);
  }
});
