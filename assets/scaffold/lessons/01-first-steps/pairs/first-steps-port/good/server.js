import { createServer } from "node:http";

const port = Number(process.env.PORT);
if (!port) throw new Error("PORT is not set to a number");

const server = createServer((_, response) => response.end("hello"));
server.listen(port, () => console.log(`listening on ${port}`));
