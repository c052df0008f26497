const http = require("node:http");
const { port } = require("./config");
const orders = require("./orders");
const queue = require("./queue");

http.createServer(async (req, res) => {
  const order = await orders.save(req);
  await queue.push("receipts", { order: order.id });
  res.writeHead(201).end(order.id);
}).listen(port);
