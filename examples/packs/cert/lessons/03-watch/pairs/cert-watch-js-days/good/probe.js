const tls = require("node:tls");

const [host, port] = process.argv.slice(2);
const options = { host, port, servername: host };
const DAY = 24 * 60 * 60 * 1000;

const socket = tls.connect(options, () => {
  const served = socket.getPeerCertificate();
  const ends = Date.parse(served.valid_to);
  const left = Math.floor((ends - Date.now()) / DAY);
  console.log("days_left", left);
  socket.end();
});
