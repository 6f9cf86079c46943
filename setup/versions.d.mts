/** First run of dotted numbers in a program's answer; null when there is none. */
export function firstVersion(text: string): string | null;
/** Orders two dotted versions by number: negative, 0 or positive. */
export function compareVersions(a: string, b: string): number;
/** True when the version lies in a range such as `'>=5.1 <10'`, `'=1.8.0'` or `'any'`. */
export function fits(version: string | null | undefined, range: string): boolean;
