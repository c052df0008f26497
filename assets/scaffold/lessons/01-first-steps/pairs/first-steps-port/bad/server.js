import { createServer } from "node:http";

const port = 8080;

const server = createServer((_, response) => response.end("hello"));
server.listen(port, () => console.log(`listening on ${port}`));
