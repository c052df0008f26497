const fs = require("node:fs");
const https = require("node:https");

const agent = new https.Agent({
  ca: fs.readFileSync("/app/ca-2022.pem"),
});

module.exports = (url, done) =>
  https.get(url, { agent }, done);
