const http = require("node:http");

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

const config = {
  db: required("DATABASE_URL"),
  apiKey: required("API_KEY"),
  stripeKey: required("STRIPE_SECRET_KEY"),
};

http
  .createServer((req, res) => res.end("Fernhill"))
  .listen(process.env.PORT ?? 8080, () => {
    console.log(`up, ${Object.keys(config).length} values`);
  });
