const http = require("node:http");

const names = ["PORT", "SEARCH_HOST"];
const missing = names.filter((n) => !process.env[n]);
if (missing.length > 0) {
  console.error(`missing: ${missing.join(", ")}`);
  process.exit(1);
}
const { PORT, SEARCH_HOST } = process.env;

async function askSearch(query) {
  const base = `http://${SEARCH_HOST}`;
  const reply = await fetch(`${base}/find?q=${query}`);
  return reply.text();
}

const server = http.createServer(async (req, res) => {
  try {
    res.end(await askSearch("tent"));
  } catch (error) {
    res.writeHead(502).end(String(error.cause));
  }
});
server.listen(PORT);
