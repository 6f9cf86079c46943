import { join } from 'node:path';
import { halve, readClip, refuse, type StandInClip, saySo, writeTestPicture } from './test-picture.ts';

const args = process.argv.slice(2);
const line = args.join(' ');
if (line === '--help') process.stdout.write(process.env.SAYS ?? 'REDline Build 59.1.69200\n');
else if (args.includes('--printMeta')) printMetadata();
else render();

/** Ends with 1 although all is well, as the real one does. */
function printMetadata(): void {
  if (!/^--silent --i \S+ --useMeta --printMeta 3$/.test(line)) refuse(line);
  const clip = readClip(args[2]!);
  if (clip.wrong === 'no metadata') process.stderr.write('no decoder for this clip\n');
  else if (clip.wrong === 'noisy metadata') process.stdout.write(otherTable(clip));
  else if (clip.wrong === 'decimal commas') process.stdout.write(commas(clip));
  else
    process.stdout.write(
      `Clip Name,Frame Width,Frame Height,FPS,Record FPS,Total Frames,Abs TC\nA001_C001,${clip.width},${clip.height},24.000000,24.000000,${clip.frameCount},01:00:00:00\n`,
    );
  process.exit(1);
}

/** Words before the table, other columns, another order, other line ends. */
function otherTable({ width, height, frameCount }: StandInClip): string {
  return `REDline Build 59.1.69200\r\nGPU found: Quadro (OpenCL 1.2)\r\nRecord FPS , "Abs TC", New Column,Clip Name,Frame Height,Frame Width,FPS,Total Frames\r\n24.000000,01:00:00:00,"a, b",A001_C001, ${height} ,${width},24.000000,${frameCount}\r\n`;
}

/** As a system writes it whose decimal mark is the comma. */
function commas({ width, height, frameCount }: StandInClip): string {
  return `Clip Name;Frame Width;Frame Height;FPS;Record FPS;Total Frames;Abs TC;Shutter (deg)\nA001_C001;${width};${height};24,000000;24,000000;${frameCount};01:00:00:00;172,8\n`;
}

/** Only this command line, in this order; no other processor than the CPU. */
function render(): void {
  if (process.env.CUDA_VISIBLE_DEVICES !== '') refuse('a GPU could be used');
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
  saySo(clip);
  const more = clip.wrong === 'one frame more' ? 1 : 0;
  const last = Math.min(Number(end), clip.frameCount - 1) + more;
  for (let index = Number(start); index <= last; index++) {
    const number = index + (clip.wrong === 'numbers off' ? 1 : 0);
    const path = join(folder!, `plate.${String(number).padStart(6, '0')}.exr`);
    writeTestPicture(path, clip, index);
    if (clip.wrong === 'half a picture' && index === last) halve(path);
  }
}
