import { readFileSync, writeFileSync } from 'node:fs';
import { halve, readClip, refuse, saySo, writeTestPicture } from './test-picture.ts';

const args = process.argv.slice(2);
if (args[0] === 'process' && process.env.CUDA_VISIBLE_DEVICES !== '') refuse('a GPU could be used');
if (args.join(' ') === '--version') process.stdout.write(process.env.SAYS ?? 'art-cmd 1.0.0\n');
else if (args[0] === 'export') exportMetadata();
else processClip();

function exportMetadata(): void {
  const line = args.join(' ');
  const output = /^export --input \S+ --duration 1 --skip-audio --skip-video --output (\S+)$/.exec(line)?.[1];
  if (!output) refuse(line);
  const clip = readClip(args[2]!);
  if (clip.wrong === 'no metadata') return void process.stdout.write('unknown MXF label\n');
  if (clip.wrong === 'noisy metadata') process.stdout.write('GPU found: none\n');
  writeFileSync(
    output,
    JSON.stringify({
      unknownToUs: [{ deeper: null }],
      clipBasedMetadataSets: [
        {
          metadataSetName: 'Image Size',
          metadataSetPayload: { storedSize: { width: clip.width, height: clip.height } },
        },
        { metadataSetName: 'Project Rate', metadataSetPayload: { timebase: '24/1', dropframe: false } },
        { metadataSetName: 'Camera Device', metadataSetPayload: { cameraModel: 'ARRI ALEXA 35' } },
      ],
      descriptiveMetadataSets: [],
      frameBasedMetadata: { frames: [] },
    }),
  );
}

/** Only this command line, in this order; no other processor than the CPU. */
function processClip(): void {
  const line = args.join(' ');
  const match =
    /^process --input (\S+) --start (\d+) --duration (\d+) --target-colorspace AP0\/D60\/linear --video-codec exr_piz\/f16(?: --parameters (\S+))? --render-platform cpu --output (\S+%07d\.exr)$/.exec(
      line,
    );
  if (!match) refuse(line);
  const [, input, start, duration, parameters, output] = match as unknown as string[];
  if (parameters && JSON.parse(readFileSync(parameters, 'utf8')).exposureIndexOverride !== 400)
    refuse('parameters');
  // Counted from the clip's first file, as the documentation says.
  const clip = readClip(
    input!.replace(/%0(\d+)d/, (_, digits: string) => '86400'.padStart(Number(digits), '0')),
  );
  saySo(clip);
  const more = clip.wrong === 'one frame less' ? -1 : clip.wrong === 'one frame more' ? 1 : 0;
  const last = Math.min(Number(start) + Number(duration), clip.frameCount) + more;
  const from = clip.wrong === 'numbers off' ? Number(start) + 1 : 0;
  const nameOf = (n: number) => output!.replace('%07d', String(n).padStart(7, '0'));
  for (let index = Number(start), n = from; index < last; index++, n++) {
    writeTestPicture(nameOf(n), clip, index);
    if (clip.wrong === 'half a picture' && index === last - 1) halve(nameOf(n));
  }
}
