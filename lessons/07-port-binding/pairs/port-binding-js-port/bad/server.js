const http = require("node:http");

const server = http.createServer((req, res) => {
  res.end("shop\n");
});

server.listen(process.env.PORT, "127.0.0.1");
