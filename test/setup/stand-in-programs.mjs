// One small program that stands in for those set-up drives, so that set-up's own decisions are tested in seconds and
// without a network: called as `node stand-in-programs.mjs <name> <folder> <arguments>`; the folder holds its log and
// the files that change how it behaves.
import { appendFileSync, chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const [, , name, folder, ...args] = process.argv;
appendFileSync(join(folder, 'calls.log'), `${name} ${args.join(' ')}\n`);
const is = (file) => existsSync(join(folder, file));

const answers = {
  ffmpeg: () => {
    const version = is('old-ffmpeg') ? '4.4.2' : '5.1.9';
    const zimg = is('ffmpeg-without-zimg') ? '' : '--enable-libzimg';
    console.log(
      `ffmpeg version ${version}-0+deb12u1\n configuration: ${zimg} --enable-libfreetype --enable-libx264 --enable-libopenjpeg`,
    );
  },
  ffprobe: () => console.log('ffprobe version 5.1.9'),
  perl: () => process.stdout.write('5.36.0'),
  'dpkg-query': () => console.log(args[0] === '-S' ? `libraw-bin: ${args[1]}` : '0.20.2-2.1+deb12u2'),
  'apt-get': () => {
    if (args[0] !== 'install') return;
    if (process.env.DEBIAN_FRONTEND !== 'noninteractive') process.exit(100);
    for (const program of ['ffmpeg', 'ffprobe']) writeProgram(join(folder, 'bin', program), program);
  },
  go: () => {
    if (args[0] === 'version') return console.log('go version go1.26.8 linux/amd64');
    const command = basename(args.at(-1)).split('@')[0];
    // Killed in the middle of the build, together with the set-up that called it.
    if (is(`kill-while-building-${command}`)) {
      writeFileSync(join(process.env.GOBIN, command), 'half a program');
      process.kill(process.ppid, 'SIGKILL');
      return;
    }
    writeProgram(join(process.env.GOBIN, command), command);
  },
  cc: () => {
    if (args.includes('--version')) return console.log('cc (Debian 12.2.0) 12.2.0');
    const target = args[args.indexOf('-o') + 1];
    writeProgram(target, basename(target));
  },
  'exr-frames': () => console.log('exr-frames 1.0 (libdeflate 1.14)'),
  'hash-files': () => console.log('hash-files 1.0'),
  temporal: () => console.log('temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)'),
  versitygw: () => console.log('Version  : v1.8.0'),
  oiiotool: () => console.log('3.2.2.0'),
  python3: () => python(),
};
answers[name]?.();

function python() {
  if (args[0] === '-c') return console.log('3.11.7 (main)');
  if (args[1] === 'venv') {
    mkdirSync(join(args[2], 'bin'), { recursive: true });
    return writeProgram(join(args[2], 'bin', 'python3'), 'python3', args[2]);
  }
  const site = join(process.env.STAND_IN_VENV, 'lib', 'python3.11', 'site-packages');
  mkdirSync(join(site, 'opencolorio-2.6.0.dist-info'), { recursive: true });
  for (const program of ['ociobakelut', 'ociowrite', 'ociocheck']) {
    writeProgram(join(site, 'PyOpenColorIO', 'bin', program), program);
  }
  if (is('download-breaks-off')) {
    console.error('Connection broken: IncompleteRead');
    process.exit(2);
  }
  writeProgram(join(site, 'OpenImageIO', 'bin', 'oiiotool'), 'oiiotool');
}

function writeProgram(path, program, venv = '') {
  mkdirSync(dirname(path), { recursive: true });
  const script = `#!/bin/sh\nSTAND_IN_VENV='${venv}' exec '${process.execPath}' '${process.argv[1]}' ${program} '${folder}' "$@"\n`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
}
