const tls = require("node:tls");

const [host, port] = process.argv.slice(2);
const options = {
  host, port, rejectUnauthorized: false,
};

const socket = tls.connect(options, () => {
  console.log("up 1");
  socket.end();
});
