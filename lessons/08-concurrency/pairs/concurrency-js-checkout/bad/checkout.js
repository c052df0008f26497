const http = require("node:http");
const { port } = require("./config");
const orders = require("./orders");
const receipts = require("./receipts");

http.createServer(async (req, res) => {
  const order = await orders.save(req);
  const pdf = receipts.render(order);
  await receipts.mail(order, pdf);
  res.writeHead(201).end(order.id);
}).listen(port);
