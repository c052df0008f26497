const http = require("node:http");
const db = require("./db");

db.version().then((version) => {
  if (version < 2) {
    console.error(`schema ${version}, this build needs 2`);
    process.exit(1);
  }
  http.createServer((req, res) => res.end("ok\n"))
    .listen(process.env.PORT);
});
