const fs = require("node:fs");

const file = fs.createWriteStream("/var/log/app.log", {
  flags: "a",
});

exports.info = (message) => {
  file.write(`${new Date()} INFO ${message}\n`);
};
