const http = require("node:http");

const carts = {};

http.createServer((req, res) => {
  const id = req.headers.cookie ?? "none";
  const cart = (carts[id] ??= []);
  if (req.method === "POST") cart.push("tent");
  res.end(`${cart.length} in the cart\n`);
}).listen(process.env.PORT);
