/** Whether a location is read over HTTP; any other is a path. */
export function isUrl(location: string): boolean {
  return /^https?:\/\//.test(location);
}

/** A path as it is, whatever stands in it, or an address without its signature. */
export function withoutSignature(location: string): string {
  return isUrl(location) ? location.split('?')[0]! : location;
}
