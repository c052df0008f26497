const http = require("node:http");

const config = {
  db: "postgresql://admin:placeholder@db-2.internal/shop",
  apiKey: "example-not-a-real-key",
  stripeKey: "example-stripe-key-not-real",
};

http
  .createServer((req, res) => res.end("Fernhill"))
  .listen(process.env.PORT ?? 8080, () => {
    console.log(`up, ${Object.keys(config).length} values`);
  });
