import { join } from 'node:path';
import { readClip, refuse, writeTestPicture } from './test-picture.ts';

const args = process.argv.slice(2);
const line = args.join(' ');
if (line === '--help') process.stdout.write('REDline Build 59.1.69200\n');
else if (args.includes('--printMeta')) printMetadata();
else render();

/** Ends with 1 although all is well, as the real one does. */
function printMetadata(): void {
  if (!/^--silent --i \S+ --useMeta --printMeta 3$/.test(line)) refuse(line);
  const clip = readClip(args[2]!);
  process.stdout.write(
    `Clip Name,Frame Width,Frame Height,FPS,Record FPS,Total Frames,Abs TC\nA001_C001,${clip.width},${clip.height},24.000000,24.000000,${clip.frameCount},01:00:00:00\n`,
  );
  process.exit(1);
}

/** Only this command line, in this order; no other processor than the CPU. */
function render(): void {
  const match =
    /^--silent --i (\S+) --outDir (\S+) --o plate --format 2 --exrACES 1 --exrCompression 4 --res 1 --useMeta --metaIgnoreFrameGuide(?: --iso 400)? --start (\d+) --end (\d+) --gpuPlatform 0$/.exec(
      line,
    );
  if (!match) refuse(line);
  const [, input, folder, start, end] = match as unknown as string[];
  const clip = readClip(input!);
  if (clip.wrong === 'internal error') {
    // Words of failure, and an exit code that says all is well.
    process.stdout.write('Internal Error\n');
    return;
  }
  for (let index = Number(start); index <= Number(end) && index < clip.frameCount; index++)
    writeTestPicture(join(folder!, `plate.${String(index).padStart(6, '0')}.exr`), clip, index);
}
