import { existsSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Being, type Beings, clipOf, type Params, Refusal, spaceOf } from './beings.ts';
import { ofThisRender } from './misbehaviour.ts';
import { type Look, renderOrder } from './render.ts';
import { SHOT_START } from './scene-calls.ts';

/** Fields that every deliverable of 5.3 has. A deliverable with one left out, or one that is not known, is refused. */
const DELIVERABLE =
  'Name Disabled IsMovie FileType MovieCodec AudioCodec ImageOptions FastStart AudioSampleRate AudioNumChannels Container OutputDirectory FileNamePrefix FileNamePostfix FileNameNumDigits FileNameNumber FileNameExtension ColourSpaceTag RenderFormat RenderResolution RenderFrameRate RenderFieldOrder RenderDecodeQuality RenderColourSpace RenderVideoLUT RenderLayer RenderTrack RenderMask RenderMaskMode RenderBurnin RenderFlashBurnin RenderDisableCache HandleIncompleteStacks HandleEmptyFrames HandleError EmbedTimecode EmbedTape EmbedClip'.split(
    ' ',
  );

/** The render of one connection: what it was told, and how far it is. */
export class Processor {
  #render = { Status: 'Queued', Error: null as string | null, Total: 0, Complete: 0, Failed: 0 };
  #log: Params[] = [];
  #abort = new AbortController();
  #isAnswered = false;
  #world: Beings;

  constructor(world: Beings) {
    this.#world = world;
  }

  /** Methods of setups and of the processor. */
  readonly calls: Record<string, (params: Params, me: Being) => unknown> = {
    'RenderSetup.create': () => this.#world.make('RenderSetup', { deliverables: [] }),
    'RenderSetup.set_scene': ({ scene }, me) => {
      me.state.scene = this.#world.of(scene);
    },
    'RenderSetup.add_deliverable': ({ deliverable }, me) => {
      const given = deliverable as Params;
      const fault =
        DELIVERABLE.find((name) => !(name in given)) ??
        Object.keys(given).find((name) => name !== '_type' && !DELIVERABLE.includes(name));
      if (fault) throw new Refusal(`RenderDeliverable: ${fault}`);
      (me.state.deliverables as Params[]).push(given);
    },
    'RenderSetup.set_frames': ({ frames }, me) => {
      me.state.frames = frames;
    },
    'RenderSetup.get_output_filename_for_deliverable': ({ frame }, me) => this.#fileName(me, Number(frame)),
    'RenderProcessor.get': () => this.#world.make('RenderProcessor'),
    'RenderProcessor.start': ({ renderSetup }) => this.#start(this.#world.of(renderSetup)),
    'RenderProcessor.get_progress': () => this.#told(),
    'RenderProcessor.get_log': () => this.#log,
    'RenderProcessor.shutdown': () => this.stop(),
  };

  #answered(): null {
    this.#isAnswered = true;
    return null;
  }

  stop(): void {
    this.#abort.abort(new Error('shut down'));
  }

  #fileName(setup: Being, frame: number): string {
    const given = (setup.state.deliverables as Params[])[0]!;
    const number = String(frame).padStart(Number(given.FileNameNumDigits), '0');
    const { otherNames, otherWords } = this.#world.wrong;
    const prefix = otherNames ? 'other_' : String(given.FileNamePrefix);
    const name = `${prefix}${number}${String(given.FileNameExtension)}`;
    return otherWords ? `${given.OutputDirectory}//./${name}` : join(String(given.OutputDirectory), name);
  }

  /** How far it is; some say so and go, some tell of another render. */
  #told(): Params {
    const { leavesWhenDone, earlierDone } = this.#world.wrong;
    if (earlierDone && !this.#isAnswered)
      return earlierDone === true
        ? { ...this.#progress(), Status: 'Done', Total: 9, Complete: 9, Progress: 1 }
        : { ...this.#progress(), Status: earlierDone, Error: 'cancelled by user', Total: 9, Complete: 4 };
    if (leavesWhenDone && this.#render.Status === 'Done') setTimeout(() => process.exit(0), 40);
    return this.#progress();
  }

  #start(setup: Being): unknown {
    const { licenceFolder } = this.#world.wrong;
    if (licenceFolder !== undefined) takeLicence(licenceFolder);
    const wrong = ofThisRender(this.#world.wrong);
    const deliverable = (setup.state.deliverables as Params[])[0]!;
    const shot = this.#world.of((setup.state.scene as Being).state.shot);
    const clip = clipOf(shot);
    const size = this.#world.format(deliverable.RenderFormat);
    if (size.Width !== clip.width || size.Height !== clip.height)
      throw new Refusal('this stand-in does not scale');
    const numbers = (setup.state.frames as { Start: number; End: number }[]).flatMap(({ Start, End }) =>
      Array.from({ length: End - Start + 1 }, (_, k) => Start + k),
    );
    const frames = numbers.map((number) => ({
      index: number - SHOT_START,
      path: this.#fileName(setup, number + (wrong.numbersOff ?? 0)),
    }));
    Object.assign(this.#render, { Status: 'Active', Total: frames.length });
    const order = {
      clip,
      inputSpace: String(shot.state.input),
      looks: shot.state.looks as Look[],
      outputSpace: spaceOf(deliverable.RenderColourSpace),
      frames,
    };
    process.stderr.write('flapid: rendering\n'.repeat(((wrong.stderrMegabytes ?? 0) * 1e6) / 18));
    const rendering = renderOrder(order, wrong, this.#abort.signal, (complete) => {
      this.#render.Complete = complete;
    }).then(
      () => {
        if (!wrong.stuckAtEnd) this.#render.Status = 'Done';
        this.#render.Error = wrong.doneWithError ?? null;
      },
      (error: unknown) => {
        Object.assign(this.#render, { Status: 'Crashed', Failed: 1 });
        this.#log.push({
          ...{ _type: 'RenderProcessorLogItem', Time: '', Type: 'fail', Task: '', Frame: 0 },
          ...{ Message: String(error), Detail: String(error) },
        });
      },
    );
    if (wrong.blocksInStart) return rendering;
    return wrong.earlierDone ? sleep(700).then(() => this.#answered()) : null;
  }

  #progress(): Params {
    const { Total } = this.#render;
    const Complete = this.#world.wrong.boasts ? 3 * this.#render.Complete + 7 : this.#render.Complete;
    const Progress = Total === 0 ? 0 : Complete / Total;
    const Remaining = Total - Complete;
    return { _type: 'RenderStatus', ...this.#render, Complete, Remaining, Progress, ProgressMessage: '' };
  }
}

/** One licence for all processes that know of the folder; given back when the process ends, also when it is killed. */
function takeLicence(folder: string): void {
  const held = join(folder, 'held');
  try {
    const holder = Number(readlinkSync(held));
    if (holder === process.pid || !existsSync(`/proc/${holder}`)) rmSync(held);
  } catch {
    // Nobody holds it.
  }
  try {
    // A link appears at once with what it says.
    symlinkSync(String(process.pid), held);
  } catch {
    writeFileSync(join(folder, 'refused'), `to ${process.pid}\n`, { flag: 'a' });
    throw new Refusal('All floating licenses are in use');
  }
  process.on('exit', () => rmSync(held, { force: true }));
}
