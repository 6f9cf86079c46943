import { readFileSync, writeFileSync } from 'node:fs';
import { readClip, refuse, writeTestPicture } from './test-picture.ts';

const args = process.argv.slice(2);
if (args.join(' ') === '--version') process.stdout.write('art-cmd 1.0.0\n');
else if (args[0] === 'export') exportMetadata();
else processClip();

function exportMetadata(): void {
  const line = args.join(' ');
  const output = /^export --input \S+ --duration 1 --skip-audio --skip-video --output (\S+)$/.exec(line)?.[1];
  if (!output) refuse(line);
  const clip = readClip(args[2]!);
  writeFileSync(
    output,
    JSON.stringify({
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
  const last =
    Math.min(Number(start) + Number(duration), clip.frameCount) - (clip.wrong === 'one frame less' ? 1 : 0);
  for (let index = Number(start), n = 0; index < last; index++, n++)
    writeTestPicture(output!.replace('%07d', String(n).padStart(7, '0')), clip, index);
}
