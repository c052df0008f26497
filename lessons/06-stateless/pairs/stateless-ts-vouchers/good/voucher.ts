import { createClient } from "redis";

const FIRST = 100;

const url = process.env.STORE_URL;
const store = await createClient({ url }).connect();

export async function handler() {
  const given = await store.incr("vouchers-given");
  if (given > FIRST) {
    return { statusCode: 410, body: "all gone" };
  }
  return { statusCode: 200, body: "10 % off" };
}
