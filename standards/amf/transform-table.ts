import table from './transform-table.generated.json' with { type: 'json' };

/** What an ACES transform id is in OpenColorIO. Styles are names of its built-in transforms. */
export type KnownTransform =
  /** A colour space of the pinned config; `toAces` tells the direction of the id. */
  | { kind: 'space'; space: string; toAces: boolean }
  | { kind: 'look'; style: string; inverse: boolean }
  /** A view transform and the display that it is for. */
  | { kind: 'output'; viewStyle: string; displayStyle: string; inverse: boolean };

type Table = {
  spaces: Record<string, [space: string, direction: string]>;
  looks: Record<string, [style: string, inverse: boolean]>;
  outputs: Record<string, [viewStyle: string, displayStyle: string, inverse: boolean]>;
  displays: Record<string, string>;
  equivalents: Record<string, string>;
};

const { spaces, looks, outputs, displays, equivalents } = table as unknown as Table;

/**
 * The transform that bears exactly this id, or that the ACES registry calls its equivalent; null for any other, however
 * alike. The table is made from the configs by `setup/colour/make-transform-table.mjs`.
 */
export function findTransform(id: string): KnownTransform | null {
  const exact = Object.hasOwn(equivalents, id) ? equivalents[id]! : id;
  if (Object.hasOwn(spaces, exact)) {
    const [space, direction] = spaces[exact]!;
    return { kind: 'space', space, toAces: direction === 'to' };
  }
  if (Object.hasOwn(looks, exact)) {
    const [style, inverse] = looks[exact]!;
    return { kind: 'look', style, inverse };
  }
  if (!Object.hasOwn(outputs, exact)) return null;
  const [viewStyle, displayStyle, inverse] = outputs[exact]!;
  return { kind: 'output', viewStyle, displayStyle, inverse };
}

/**
 * The reference rendering transform that the ACES 1 outputs of the table contain, and its inverse. A pair with another
 * one is another picture. Source: aces-aswf/aces transforms.json, the only RRT ids of v1.5.
 */
export const RENDERING_TRANSFORM = {
  rrt: 'urn:ampas:aces:transformId:v1.5:RRT.a1.0.3',
  inverse: 'urn:ampas:aces:transformId:v1.5:InvRRT.a1.0.3',
} as const;

/** The id of the transform from a colour space of the pinned config to ACES2065-1, of ACES 2 where there is one. */
export function inputIdOf(space: string): string | null {
  const ids = Object.entries(spaces)
    .filter(([, row]) => row[0] === space && row[1] === 'to')
    .map(([id]) => id);
  return ids.find((id) => id.includes(':v2.0:')) ?? ids[0] ?? null;
}

/** The name that OpenColorIO configs give to a display, by the style of its transform; null for any other style. */
export function displayNameOf(style: string): string | null {
  return displays[style] ?? null;
}
