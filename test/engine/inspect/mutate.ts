import { makeAri, makeBraw, makeDpx, makeR3d, makeTiff, makeWav } from './make-headers.ts';
import { makeMov } from './make-mov.ts';
import { makeMxf } from './make-mxf.ts';
import { makeCine, makeExrHeader, makeGpmf, makeMlv, makeRtmd } from './make-recordings.ts';

/** Repeatable numbers: xorshift32, seed not 0. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One sound file of each format our readers know. */
export function seeds(): { name: string; bytes: Buffer }[] {
  const timecode = { startFrame: 86400, timescale: 24, frameDuration: 1, numberOfFrames: 24, reel: 'A001' };
  return [
    {
      name: 'a.mov',
      bytes: makeMov({
        timecode,
        keys: { 'com.arri.camera.CameraModel': 'ALEXA Mini', 'com.arri.camera.SensorFps': '24000' },
        pixelAspect: [2, 1],
      }),
    },
    { name: 'b.mp4', bytes: makeMov({ brand: 'mp41', timecode, moovFirst: true }) },
    {
      name: 'c.mxf',
      bytes: makeMxf({
        tape: { name: 'T', timecode: { start: 24, base: 24 } },
        file: { start: 0, base: 24 },
        company: 'ARRI',
        json: [{ schema: 'camera_device', value: { cameraModel: 'X' } }],
      }),
    },
    { name: 'd.mxf', bytes: makeMxf({ status: 1, metadataInFooter: true }) },
    { name: 'e.0001.dpx', bytes: makeDpx() },
    {
      name: 'f_001.R3D',
      bytes: makeR3d({ 4097: '01:02:03:04', 4121: 'A', 4122: '001', 16443: [800], 8294: [24] }),
    },
    { name: 'g.0000001.ari', bytes: makeAri() },
    { name: 'h.braw', bytes: makeBraw() },
    {
      name: 'i.wav',
      bytes: makeWav({ ixml: '<BWFXML><SPEED><TIMECODE_RATE>24/1</TIMECODE_RATE></SPEED></BWFXML>' }),
    },
    {
      name: 'j.000001.dng',
      bytes: makeTiff([
        [256, 4, [640]],
        [257, 4, [360]],
        [273, 4, [8]],
        [279, 4, [10]],
        [50706, 1, [1, 4, 0, 0]],
        [51043, 1, [0x12, 0x59, 0x59, 0x23, 0, 0, 0, 0]],
        [51044, 10, [24, 1]],
      ]),
    },
    { name: 'p.cine', bytes: makeCine() },
    { name: 'q.mlv', bytes: makeMlv() },
    { name: 'r.gpmf', bytes: makeGpmf({ shutter: [0.01], iso: [100], kelvin: [5600] }) },
    {
      name: 's.mp4',
      bytes: makeMov({
        brand: 'mp41',
        timed: { format: 'gpmd', payloads: [makeGpmf({ iso: [100] }), makeGpmf({ iso: [400] })] },
      }),
    },
    {
      name: 'u.mp4',
      bytes: makeMov({
        brand: 'mp42',
        timed: { format: 'rtmd', payloads: [makeRtmd({ fStop: 2.8, iso: 800, shutter: 50, serial: 'A 1' })] },
      }),
    },
    {
      name: 't.0001.exr',
      bytes: makeExrHeader([
        ['cameraMake', 'string', Buffer.from('Maker')],
        ['dataWindow', 'box2i', Buffer.from('0000000000000000ff020000df010000', 'hex')],
        ['timeCode', 'timecode', Buffer.from('1056340100000000', 'hex')],
        ['framesPerSecond', 'rational', Buffer.from('1800000001000000', 'hex')],
      ]),
    },
    {
      name: 'k.ale',
      bytes: Buffer.from(
        'Heading\nFPS\t24\n\nColumn\nName\tStart\tEnd\n\nData\nA\t01:00:00:00\t01:00:01:00\n',
      ),
    },
    {
      name: 'lM01.XML',
      bytes: Buffer.from(
        '<NonRealTimeMeta><Duration value="9"/><LtcChangeTable tcFps="24" halfStep="false"><LtcChange frameCount="0" value="00000001" status="increment"/></LtcChangeTable></NonRealTimeMeta>',
      ),
    },
    { name: 'm.csv', bytes: Buffer.from('Clip Name,Abs TC,Record FPS,FPS\nA001_C001,01:00:00:00,24,24\n') },
    {
      name: 'n.srt',
      bytes: Buffer.from('1\n00:00:00,000 --> 00:00:00,033\n[iso : 100] [shutter : 1/80.0] [fnum : 280]\n'),
    },
    {
      name: 'o.txt',
      bytes: Buffer.from(
        'Clip Metadata\nmanufacturer: Blackmagic Design\nreel_name: 1\n\nFrame 0 Metadata\niso: 800\n',
      ),
    },
  ];
}

const NASTY = [0, 1, 0x7f, 0x80, 0xff, 0xfe];

/** Damages bytes the way files are damaged and the way people attack readers: cut, flip, overwrite lengths, repeat, splice, grow. */
export function mutate(bytes: Buffer, next: (below: number) => number): Buffer {
  let out: Buffer = Buffer.from(bytes);
  for (let times = 1 + next(4); times > 0 && out.length > 0; times--) {
    const at = next(out.length);
    switch (next(8)) {
      case 0:
        out = out.subarray(0, at);
        break;
      case 1:
        out[at] = out[at]! ^ (1 << next(8));
        break;
      case 2:
        out[at] = NASTY[next(NASTY.length)]!;
        break;
      case 3:
        // A length or count, of four bytes, at its largest.
        if (at + 4 <= out.length) out.writeUInt32BE([0xffffffff, 0x7fffffff, 0, 1, 0x80000000][next(5)]!, at);
        break;
      case 4:
        if (at + 8 <= out.length)
          out.writeBigUInt64BE([0xffffffffffffffffn, 0x7fffffffffffffffn, 0n][next(3)]!, at);
        break;
      case 5:
        out = Buffer.concat([
          out.subarray(0, at),
          out.subarray(Math.max(0, at - next(200)), at),
          out.subarray(at),
        ]);
        break;
      case 6:
        out = Buffer.concat([out.subarray(0, at), out.subarray(Math.min(out.length, at + next(64)))]);
        break;
      default:
        out = Buffer.concat([out, Buffer.alloc(next(256), next(256))]);
    }
  }
  return out;
}
