/** Digest of what the product's code is just now: two workers of different revisions must not serve one queue. */
export function codeRevision(root?: string): string;
