const firstMs = 5000;
const longestMs = 5 * 60_000;

/**
 * How long to wait after so many failures in a row (1 for the first), in milliseconds: anything up to 5 s, 10 s, 20 s and so on to 5 minutes. That it is
 * anything keeps a school's desks from coming all at once when their server is back.
 * Source: "Exponential Backoff and Jitter", AWS Architecture Blog, 2015 ("full jitter").
 */
export function backoffMs(failures: number, random: () => number): number {
  return Math.floor(random() * Math.min(longestMs, firstMs * 2 ** (failures - 1)));
}
