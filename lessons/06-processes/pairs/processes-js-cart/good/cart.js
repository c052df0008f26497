const http = require("node:http");

const store = process.env.CART_STORE_URL;

http.createServer(async (req, res) => {
  const id = encodeURIComponent(req.headers.cookie ?? "none");
  const method = req.method === "POST" ? "POST" : "GET";
  const reply = await fetch(`${store}/carts/${id}`, { method });
  const cart = await reply.json();
  res.end(`${cart.length} in the cart\n`);
}).listen(process.env.PORT);
