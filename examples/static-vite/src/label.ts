/** Says how often the button was pressed. */
export function label(count: number): string {
  return count === 1 ? "pressed once" : `pressed ${count} times`;
}
