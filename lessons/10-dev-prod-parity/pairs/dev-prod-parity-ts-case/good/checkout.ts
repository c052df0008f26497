// the file on disk is cart.ts
import { Cart } from "./cart";

export function total(lines: number[]): number {
  const cart = new Cart();
  for (const cents of lines) cart.add(cents);
  return cart.sum();
}
