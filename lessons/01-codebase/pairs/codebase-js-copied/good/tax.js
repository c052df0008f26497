const { rates } = require("@fernhill/tax");

exports.withTax = (cents, country) => {
  const rate = rates[country];
  if (rate === undefined) {
    throw new Error(`no tax rate for ${country}`);
  }
  return Math.round(cents * (1 + rate));
};
