const http = require("node:http");

const server = http.createServer((req, res) => {
  setTimeout(() => res.end("order placed\n"), 1500);
});

server.listen(process.env.PORT);
