const FIRST = 100;

let given = 0;

export async function handler() {
  if (given >= FIRST) {
    return { statusCode: 410, body: "all gone" };
  }
  given += 1;
  return { statusCode: 200, body: "10 % off" };
}
