export interface Flags {
  newCheckout: boolean;
  recommendations: boolean;
}

function flag(name: string, text = "false"): boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  throw new Error(`${name} must be true or false`);
}

export function readFlags(env = process.env): Flags {
  return {
    newCheckout: flag("NEW_CHECKOUT", env.NEW_CHECKOUT),
    recommendations: flag(
      "RECOMMENDATIONS", env.RECOMMENDATIONS),
  };
}
