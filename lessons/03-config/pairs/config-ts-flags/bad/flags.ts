export interface Flags {
  newCheckout: boolean;
  recommendations: boolean;
}

export function readFlags(env = process.env): Flags {
  return {
    newCheckout: Boolean(env.NEW_CHECKOUT),
    recommendations: Boolean(env.RECOMMENDATIONS),
  };
}
