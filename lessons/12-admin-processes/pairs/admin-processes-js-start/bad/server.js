const http = require("node:http");
const db = require("./db");

async function migrate() {
  if ((await db.version()) < 2) {
    await db.exec("ALTER TABLE orders ADD note text");
    await db.setVersion(2);
  }
}

migrate().then(() => {
  http.createServer((req, res) => res.end("ok\n"))
    .listen(process.env.PORT);
});
