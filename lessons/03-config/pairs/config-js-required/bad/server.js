const http = require("node:http");

async function askSearch(query) {
  const base = `http://${process.env.SEARCH_HOST}`;
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
server.listen(process.env.PORT);
