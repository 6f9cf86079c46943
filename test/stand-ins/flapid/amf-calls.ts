import { readFileSync } from 'node:fs';
import { type Act, type Being, type Params, Refusal, requireDelta } from './beings.ts';
import { type Look, SPACES } from './render.ts';
import { LATER_SIGNATURES, LATER_TYPES } from './signatures.ts';

/** Transform ids of the two cameras whose spaces the stand-in has names for. */
const INPUTS: readonly [space: string, id: string][] = [
  ['Stand-in LogC3 AWG3', 'urn:ampas:aces:transformId:v2.0:CSC.Arri.LogC3_to_ACES.a2.v1'],
  ['Stand-in SLog3 SGamut3Cine', 'urn:ampas:aces:transformId:v2.0:CSC.Sony.SLog3_SGamut3Cine_to_ACES.a2.v1'],
];

/** What takes and tells AMFs: read by their text alone, so that nothing of ours decides what is in them. */
export const AMF_CALLS: Record<string, Act> = {
  'Shot.insert_amf_stack': ({ wrong }, { amf_pathname, how }, me) => {
    requireDelta(me.state.scene as Being);
    const lacking = LATER_TYPES.AMFInsertSettings!.find((field) => !(field in (how as Params)));
    if (lacking) throw new Refusal(`AMFInsertSettings: ${lacking}`);
    if (wrong.amf === 'refused') throw new Refusal('no AMF today');
    if (wrong.amf === 'ignored') return;
    const text = readFileSync(String(amf_pathname), 'utf8');
    if (/outputTransform/.test(text)) throw new Refusal('this stand-in has no display');
    const id = /<(?:\w+:)?inputTransform applied="false">\s*<(?:\w+:)?transformId>([^<]+)</.exec(text)?.[1];
    const input = INPUTS.find(([, known]) => known === id);
    if (!input) throw new Refusal(`no input transform ${String(id)}`);
    me.state.input = input[0];
    const look = lookIn(text);
    if (look && wrong.amf !== 'without looks') (me.state.looks as Look[]).push(look);
  },
  'Shot.aces_idt_for_input_colour_space': (_, __, me) =>
    INPUTS.find(([space]) => space === me.state.input)?.[1] ?? null,
};

function lookIn(text: string): Look | null {
  if (!/lookTransform applied="false"/.test(text)) return null;
  if (!/ACES_to_ACEScct/.test(text)) throw new Refusal('a look in another space');
  const numbers = (name: string) =>
    new RegExp(`<(?:\\w+:)?${name}>([^<]+)<`).exec(text)![1]!.trim().split(/\s+/).map(Number);
  const values = ['Slope', 'Offset', 'Power', 'Saturation'].flatMap(numbers);
  const space = Object.entries(SPACES).find(([, ours]) => ours === 'ACEScct')![0];
  return { values, space };
}

/** What schema.json of this stand-in's installation says, in the form that FilmLight's own has. */
export function schemaOfLater(): object {
  const classes = Map.groupBy(LATER_SIGNATURES, ([method]) => method.split('.')[0]!);
  return {
    Classes: [...classes].map(([Name, methods]) => ({
      Name,
      Methods: methods.map(([method, { isStatic, params }]) => ({
        Name: method.split('.')[1],
        Static: isStatic ? 1 : null,
        Args: params.map(({ name, type, nullable }) => ({
          Name: name,
          Type: type,
          Nullable: nullable ? 1 : 0,
        })),
      })),
    })),
    ValueTypes: Object.entries(LATER_TYPES).map(([Name, fields]) => ({
      Name,
      Fields: fields.map((field) => ({ Name: field, Type: 'any' })),
    })),
  };
}
