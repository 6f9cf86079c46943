import { PipelineError } from '../../schemas/failure.ts';
import { readXml, type XmlElement } from '../xml/element-tree.ts';

/**
 * Says what is wrong with a CLF or CTF before anybody renders by it, or null: that it is a process list, and that each of
 * its arrays holds as many numbers as it says. Source: Academy S-2014-006, Common LUT Format, 5 (ProcessList) and 6 (Array).
 */
export function clfFault(text: string, name: string): string | null {
  let root: XmlElement;
  try {
    root = readXml(text, name);
  } catch (error) {
    if (error instanceof PipelineError) return error.message.replace(/\.$/, '');
    throw error;
  }
  if (root.name !== 'ProcessList')
    return `"${name}" is no CLF: its root is <${root.name}> and not <ProcessList>`;
  if (root.children.every(({ name: child }) => ABOUT.has(child))) return null;
  return (
    arraysOf(root)
      .map((at) => arrayFault(at, name))
      .find((fault) => fault !== null) ?? null
  );
}

const ABOUT = new Set(['Info', 'Description', 'InputDescriptor', 'OutputDescriptor', 'Id']);

type ArrayAt = { array: XmlElement; parent: XmlElement };

function arraysOf(element: XmlElement): ArrayAt[] {
  return element.children.flatMap((child) =>
    child.name === 'Array' ? [{ array: child, parent: element }] : arraysOf(child),
  );
}

function arrayFault({ array, parent }: ArrayAt, name: string): string | null {
  const dimensions = (array.attributes.dim ?? '').trim().split(/\s+/).map(Number);
  const at = `"${name}", line ${array.line}: the array of <${parent.name}>`;
  if (dimensions.length < 2 || dimensions.some((size) => !Number.isInteger(size) || size < 1))
    return `${at} has dim="${array.attributes.dim ?? ''}"`;
  // A third dimension of a matrix is its number of channels, as older lists have it.
  const counted = parent.name === 'Matrix' ? dimensions.slice(0, 2) : dimensions;
  const expected = counted.reduce((product, size) => product * size, 1);
  const words = array.text.trim() === '' ? [] : array.text.trim().split(/\s+/);
  const bad = words.find((word) => !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?(inf|nan)/i.test(word));
  if (bad !== undefined) return `${at} holds "${bad.slice(0, 20)}", which is no number`;
  return words.length === expected ? null : `${at} holds ${words.length} numbers, expected ${expected}`;
}
