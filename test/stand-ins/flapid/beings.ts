import type { Misbehaviour } from './misbehaviour.ts';
import type { Clip } from './probe.ts';
import { SPACES } from './render.ts';

export type Params = Record<string, unknown>;
/** An object of one connection. */
export type Being = { id: number; className: string; state: Record<string, unknown> };
export type Size = { Width: number; Height: number; PixelAspectRatio: number };
/** What a method does, given its parameters and the object it is called on. */
export type Act = (world: Beings, params: Params, me: Being) => unknown;

/** An error that is told to the caller. */
export class Refusal extends Error {}

/** The formats that a server has before anybody adds one; they outlive connections. */
export function factoryFormats(): Map<string, Size> {
  return new Map([['HD 1920x1080', { Width: 1920, Height: 1080, PixelAspectRatio: 1 }]]);
}

/** The objects of one connection, and the formats it knows. */
export class Beings {
  readonly wrong: Misbehaviour;
  readonly formats: Map<string, Size>;
  #beings = new Map<number, Being>();
  #nextId = 101;

  constructor(wrong: Misbehaviour, formats: Map<string, Size>) {
    this.wrong = wrong;
    this.formats = formats;
  }

  forget(id: number): void {
    if (!this.#beings.delete(id)) throw new Refusal(`there is no object ${id}`);
  }

  get count(): number {
    return this.#beings.size;
  }

  has(id: number): boolean {
    return this.#beings.has(id);
  }

  make(className: string, state: Record<string, unknown> = {}): { _handle: string; _id: number } {
    const id = this.#nextId++;
    this.#beings.set(id, { id, className, state });
    return { _handle: className, _id: id };
  }

  of(handle: unknown): Being {
    const { _handle, _id } = handle as { _handle: string; _id: number };
    return this.being(_id, _handle);
  }

  being(id: unknown, className: string): Being {
    const being = this.#beings.get(id as number);
    if (!being) throw new Refusal(`there is no object ${String(id)}`);
    if (being.className !== className)
      throw new Refusal(`object ${id} is a ${being.className}, no ${className}`);
    return being;
  }

  format(name: unknown): Size {
    const size = this.formats.get(String(name));
    if (!size) throw new Refusal(`there is no format ${String(name)}`);
    return size;
  }
}

export function clipOf(being: Being): Clip {
  return being.state.clip as Clip;
}

/** A name of a colour space that there is. */
export function spaceOf(name: unknown): string {
  if (typeof name !== 'string' || !(name in SPACES))
    throw new Refusal(`there is no colour space ${String(name)}`);
  return name;
}

export function requireDelta(scene: Being): void {
  if (!scene.state.delta) throw new Refusal('no delta is open');
}
