function write(level, msg, fields) {
  const time = new Date().toISOString();
  const line = JSON.stringify({ time, level, msg, ...fields });
  process.stdout.write(line + "\n");
}

exports.info = (msg, fields) => write("info", msg, fields);
exports.error = (msg, fields) => write("error", msg, fields);
