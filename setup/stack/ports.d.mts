/** A free port of the loopback, outside the range that the system gives to outgoing connections. */
export function freePort(wanted?: number, taken?: readonly number[]): Promise<number>;
