import { AMF_CALLS } from './amf-calls.ts';
import { Beings, Refusal, type Size } from './beings.ts';
import { MEDIA_CALLS } from './media-calls.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { Processor } from './processor.ts';
import { SCENE_CALLS } from './scene-calls.ts';
import { faultOfParameters, LATER_SIGNATURES, SIGNATURES } from './signatures.ts';

const CALLS = { ...MEDIA_CALLS, ...SCENE_CALLS, ...AMF_CALLS };

/** One connection: its objects, its render, and the methods that may be called. */
export class World {
  #beings: Beings;
  #processor: Processor;
  /** Methods in the order they were called, for tests. */
  readonly called: string[] = [];

  constructor(wrong: Misbehaviour, formats: Map<string, Size>) {
    this.#beings = new Beings(wrong, formats);
    this.#processor = new Processor(this.#beings);
  }

  /** Objects that nobody gave back. */
  get objects(): number {
    return this.#beings.count;
  }

  forget(id: number): void {
    this.#beings.forget(id);
  }

  has(id: number): boolean {
    return this.#beings.has(id);
  }

  call(method: string, target: unknown, params: unknown): unknown {
    const known = this.#beings.wrong.amf === undefined ? SIGNATURES : LATER_SIGNATURES;
    const signature = known.get(method);
    if (!signature) throw new Refusal(`there is no method ${method}`);
    const fault = faultOfParameters(signature, params);
    if (fault) throw new Refusal(`${method}: ${fault}`);
    const className = method.split('.')[0]!;
    const me = signature.isStatic ? null : this.#beings.being(target, className);
    if (signature.isStatic && target !== null && target !== undefined)
      throw new Refusal(`${method} has no target`);
    this.called.push(method);
    const given = params as Record<string, unknown>;
    if (method in CALLS) return CALLS[method]!(this.#beings, given, me!);
    const act = this.#processor.calls[method];
    if (!act) throw new Refusal(`${method} is not in this stand-in`);
    return act(given, me!);
  }

  stop(): void {
    this.#processor.stop();
  }
}
