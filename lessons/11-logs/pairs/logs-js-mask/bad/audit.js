exports.audit = (req) => {
  console.log(JSON.stringify({
    level: "info",
    msg: "request",
    path: req.url,
    headers: req.headers,
    body: req.body,
  }));
};
