/** Codes with which Node tells that a server could not be reached, or went away in mid-answer. Source: Node.js, Common system errors. */
export const NETWORK_AWAY: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
