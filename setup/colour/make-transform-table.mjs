// Makes standards/amf/transform-table.generated.json: which ACES transform id is which transform of OpenColorIO.
//
//   node setup/colour/make-transform-table.mjs ACES2_CONFIG ACES1_CONFIG [TRANSFORMS_JSON] > standards/amf/transform-table.generated.json
//
// The configs are texts as `ociocheck --iconfig ocio://NAME --oconfig FILE` writes them: the pinned one, and
// studio-config-v2.2.0_aces-v1.3_ocio-v2.4 for the ids of ACES 1. TRANSFORMS_JSON is aces-aswf/aces transforms.json;
// without it the equivalents of the present table are kept.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const URN = /urn:ampas:aces:transformId:v\d\.\d:[^\s|]+/g;

/** The objects of a config: kind, name, ids and the text of its transform. */
export function objectsOf(config) {
  const starts = [...config.matchAll(/^ {2}- !<(ColorSpace|ViewTransform|Look|NamedTransform)>$/gm)];
  const heads = config.slice(0, config.indexOf('\ndisplay_colorspaces:')).length;
  const scenes = config.indexOf('\ncolorspaces:');
  return starts.map((start, i) => {
    const body = config
      .slice(start.index, starts[i + 1]?.index ?? config.length)
      .replace(/\n[a-z_]+:[\s\S]*$/, '\n');
    return {
      kind:
        start[1] === 'ColorSpace'
          ? start.index > heads && start.index < scenes
            ? 'display'
            : 'space'
          : start[1],
      name: /\n {4}name: (.+)/.exec(body)?.[1],
      ids: [...new Set(body.match(URN) ?? [])],
      transform:
        /\n {4}((?:to|from)_scene_reference|from_display_reference|transform): ([\s\S]*)$/
          .exec(body)?.[0]
          .trim() ?? '',
    };
  });
}

/** Spaces, looks and outputs of one config by id; `has` says whether a colour space of the pinned config is the same. */
export function idsOf(config, has) {
  const objects = objectsOf(config);
  const table = { spaces: {}, looks: {}, outputs: {}, displays: {} };
  for (const object of objects) {
    if (object.kind === 'display' && object.ids.length > 0) table.displays[styleOf(object)] = object.name;
    if (object.kind === 'space' && has(object)) {
      for (const id of object.ids) table.spaces[id] = [object.name, directionOf(id)];
    }
    if (object.kind === 'Look') {
      for (const id of object.ids) table.looks[id] = [styleOf(object), /:Inv(Look|LMT)\./.test(id)];
    }
  }
  const displays = objects.filter((object) => object.kind === 'display');
  for (const view of objects.filter((object) => object.kind === 'ViewTransform')) {
    for (const id of view.ids) {
      const shown = displays.filter((display) => display.ids.includes(id));
      // A view without its display (DCDM XYZ-E in the pinned config) is half an answer, so it is none.
      if (shown.length === 0) continue;
      if (shown.length > 1) throw new Error(`${id} is on ${shown.length} display colour spaces, expected 1`);
      if (table.outputs[id]) throw new Error(`${id} is on two view transforms`);
      table.outputs[id] = [styleOf(view), styleOf(shown[0]), /:Inv/.test(id)];
    }
  }
  return table;
}

function directionOf(id) {
  const name = id.slice(id.lastIndexOf(':') + 1);
  if (/_to_ACES\.a/.test(name) || name.startsWith('IDT.')) return 'to';
  if (/\.ACES_to_/.test(name)) return 'from';
  throw new Error(`the direction of ${id} cannot be told`);
}

function styleOf(object) {
  const style = /!<BuiltinTransform> \{style: (.+?)\}$/.exec(object.transform)?.[1];
  if (!style) throw new Error(`${object.name} is no built-in transform: ${object.transform}`);
  return style;
}

function equivalentsOf(registry, table) {
  const resolves = (id) => id in table.spaces || id in table.looks || id in table.outputs;
  const pairs = [];
  for (const version of Object.values(registry.transformsData ?? registry)) {
    for (const entry of Object.values(version.transforms ?? version.ids ?? {})) pairs.push(entry);
  }
  const next = new Map(
    pairs.flatMap((e) => (e.previousEquivalentTransformIds ?? []).map((p) => [p, e.transformId])),
  );
  const found = {};
  for (const start of next.keys()) {
    let id = start;
    for (let hops = 0; id && !resolves(id) && hops < 10; hops++) id = next.get(id);
    if (start.startsWith('urn:') && id && resolves(id) && !resolves(start)) found[start] = id;
  }
  return found;
}

function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const [aces2, aces1, registryFile] = process.argv.slice(2);
  const pinned = readFileSync(aces2, 'utf8');
  const older = readFileSync(aces1, 'utf8');
  const spaces = new Map(objectsOf(pinned).map((object) => [object.name, object.transform]));
  // An ACES 1 id is taken only where the pinned config has the same space with the very same transform text.
  const one = idsOf(older, (object) => spaces.get(object.name) === object.transform);
  const two = idsOf(pinned, () => true);
  const table = {};
  for (const kind of ['spaces', 'looks', 'outputs', 'displays'])
    table[kind] = sorted({ ...one[kind], ...two[kind] });
  const present = new URL('../../standards/amf/transform-table.generated.json', import.meta.url);
  const equivalents = registryFile
    ? equivalentsOf(JSON.parse(readFileSync(registryFile, 'utf8')), table)
    : JSON.parse(readFileSync(present, 'utf8')).equivalents;
  const digest = (text) => createHash('sha256').update(text).digest('hex');
  const source = {
    aces2: digest(pinned),
    aces1: digest(older),
    licence:
      'facts of the OpenColorIO configs (BSD-3-Clause) and of aces-aswf/aces transforms.json (Apache-2.0)',
  };
  process.stdout.write(
    `${JSON.stringify({ source, ...table, equivalents: sorted(equivalents) }, null, 1)}\n`,
  );
}
