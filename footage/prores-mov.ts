import { rename } from 'node:fs/promises';
import { requireTool } from '../engine/tools/require-tool.ts';
import { runProgram } from '../engine/tools/run-program.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { ARRI_LOGC3 } from './camera-encoding.ts';
import { type ClipSpec, recordedAt } from './clip-spec.ts';
import { BIT_EXACT, pictureInput, TO_YCBCR } from './ffmpeg-picture.ts';
import { filmClip } from './film-clip.ts';

/**
 * Records a clip as an ALEXA does: ProRes in QuickTime, LogC3, 422 HQ or with `spec.codec` 4444, with timecode track, reel name and `com.arri.camera` keys.
 * @throws PipelineError tool-missing, tool-failed
 */
export async function makeProresMov(spec: ClipSpec, file: string, tools: ToolPaths): Promise<void> {
  const [profile, pixels] = spec.codec === 'prores-4444' ? ['4444', 'yuv444p10le'] : ['hq', 'yuv422p10le'];
  const tone = soundOf(spec);
  const part = `${file}.part`;
  await runProgram({
    tool: 'ffmpeg',
    path: requireTool(tools, 'ffmpeg'),
    stdin: filmClip(spec, ARRI_LOGC3),
    args: [
      '-y',
      '-v',
      'error',
      ...pictureInput(spec),
      ...(spec.withTone ? ['-f', 'lavfi', '-i', tone, '-c:a', 'pcm_s24le', '-flags:a', '+bitexact'] : []),
      '-vf',
      `${TO_YCBCR},format=${pixels}`,
      '-c:v',
      'prores_ks',
      '-profile:v',
      profile!,
      '-vendor',
      'apl0',
      '-color_primaries',
      'bt709',
      '-color_trc',
      'bt709',
      '-colorspace',
      'bt709',
      '-timecode',
      spec.startTimecode,
      '-metadata:s:v:0',
      `reel_name=${spec.reel}`,
      ...Object.entries(arriKeys(spec)).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]),
      '-movflags',
      'use_metadata_tags+write_colr',
      ...BIT_EXACT,
      '-f',
      'mov',
      part,
    ],
  });
  await rename(part, file);
}

/** 48 kHz beside the picture, as long as it. */
function soundOf({ frames, rate, clapFrame }: ClipSpec): string {
  const seconds = (frames * rate.den) / rate.num;
  if (clapFrame === undefined) return `sine=frequency=1000:sample_rate=48000:duration=${seconds}`;
  const sample = Math.round((clapFrame * rate.den * 48_000) / rate.num);
  return `aevalsrc='if(eq(n,${sample}),0.9,0)':s=48000:d=${seconds}`;
}

/** Keys as ALEXA cameras write them into QuickTime; rates and angles are in thousandths. */
function arriKeys(spec: ClipSpec): Record<string, string> {
  const fps = Math.round((spec.rate.num * 1000) / spec.rate.den);
  const keys = {
    CameraModel: 'ALEXA Mini',
    CameraSerialNumber: 'K1.0001234',
    CameraIndex: spec.reel.slice(0, 1),
    ReelName: spec.reel,
    SensorFps: String(fps),
    ProjectFps: String(fps),
    ColorGammaSxS: 'LOG-C',
    ExposureIndexAsa: '800',
    WhiteBalanceKelvin: '5600',
    WhiteBalanceTintCc: '0',
    ShutterAngle: '172800',
    LensType: 'Synthetic Prime 32mm T2.8',
    LookName: 'none',
  };
  return {
    creation_time: recordedAt(spec.shootDay),
    ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`com.arri.camera.${key}`, value])),
  };
}
