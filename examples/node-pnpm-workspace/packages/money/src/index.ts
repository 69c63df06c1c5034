import { Big } from "big.js";

// format returns an amount of cents as people write it: 1234 is "12.34 €".
export function format(cents: number): string {
  return `${new Big(cents).div(100).toFixed(2)} €`;
}
