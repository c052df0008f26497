const http = require("node:http");

const server = http.createServer((req, res) => {
  res.end("shop\n");
});

const port = Number(process.env.PORT);
if (!Number.isInteger(port) || port < 1 || port > 65535) {
  console.error(`PORT must be 1 to 65535, not ${process.env.PORT}`);
  process.exit(1);
}
server.listen(port, "0.0.0.0", () => {
  console.log(`listening on 0.0.0.0:${port}`);
});
