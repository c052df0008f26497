function write(level, msg, fields) {
  const time = new Date().toISOString();
  const event = { time, level, msg, ...fields };
  process.stdout.write(JSON.stringify(event) + "\n");
}

exports.info = (msg, more) => write("info", msg, more);
exports.error = (msg, more) => write("error", msg, more);
