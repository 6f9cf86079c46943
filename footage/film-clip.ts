import { Readable } from 'node:stream';
import type { CameraEncoding } from './camera-encoding.ts';
import { type ClipSpec, clipTag } from './clip-spec.ts';
import { makeFrameEncoder } from './encode-frame.ts';
import { makeScene, type Scene } from './scene.ts';

/** A camera that records a log curve. */
export type LogCamera = CameraEncoding & { curve: (linear: number) => number };

/** The scene as a clip's camera sees it, in its linear RGB. */
export function sceneOfClip(spec: ClipSpec, camera: CameraEncoding): Scene {
  return makeScene({ ...spec, tag: clipTag(spec.clipName), fromAp0: camera.fromAp0 });
}

/** All frames of a clip as a stream of gbrp16le frames in the camera's curve, made as they are read. */
export function filmClip(spec: ClipSpec, camera: LogCamera): Readable {
  const scene = sceneOfClip(spec, camera);
  const encode = makeFrameEncoder(camera.curve);
  const frames = function* () {
    for (let frame = 0; frame < spec.frames; frame++) yield encode(scene(frame));
  };
  // One frame ahead: an HD frame is 12 MB.
  return Readable.from(frames(), { highWaterMark: 1 });
}
