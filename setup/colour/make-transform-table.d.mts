/** Spaces, looks, outputs and displays of a config's text by transform id or style; `has` chooses the colour spaces that are taken. */
export function idsOf(
  config: string,
  has: (object: { name: string; transform: string }) => boolean,
): Record<'spaces' | 'looks' | 'outputs' | 'displays', Record<string, unknown>>;
