import type { WebSocket } from "ws";

const rooms = new Map<string, Set<WebSocket>>();

export function join(room: string, socket: WebSocket) {
  const members = rooms.get(room) ?? new Set();
  rooms.set(room, members.add(socket));
  socket.on("close", () => members.delete(socket));
}

export function say(room: string, text: string) {
  for (const socket of rooms.get(room) ?? []) {
    socket.send(text);
  }
}
