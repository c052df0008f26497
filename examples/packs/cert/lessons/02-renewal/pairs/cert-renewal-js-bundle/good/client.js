const fs = require("node:fs");
const https = require("node:https");

const file = process.env.ROUTES_CA_FILE;
if (!file) {
  throw new Error("ROUTES_CA_FILE is not set");
}

const agent = new https.Agent({
  ca: fs.readFileSync(file),
});

module.exports = (url, done) =>
  https.get(url, { agent }, done);
