const http = require("node:http");

const server = http.createServer((req, res) => {
  setTimeout(() => res.end("order placed\n"), 1500);
});

server.listen(process.env.PORT);

process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(1), 20_000).unref();
});
