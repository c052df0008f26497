const SHOWN = ["host", "user-agent", "x-request-id"];

exports.audit = (req) => {
  const headers = Object.fromEntries(
    SHOWN.map((name) => [name, req.headers[name]]),
  );
  console.log(JSON.stringify({
    level: "info",
    msg: "request",
    path: req.url.split("?")[0],
    headers,
  }));
};
