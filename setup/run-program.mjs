import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and gives its exit code and text; never rejects for a bad exit.
 * `onLine` is called for each line of both streams as it comes, for signs of life.
 * A program that cannot be started ends with code 127 and the reason in `stderr`, as a shell would say it.
 */
export function runProgram(file, args = [], { env, cwd, timeoutMs, onLine, input, uid, gid } = {}) {
  return new Promise((resolve) => {
    const ids = uid === undefined ? {} : { uid, gid };
    const child = spawn(file, args, {
      env: env ?? process.env,
      cwd,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...ids,
    });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      let rest = '';
      child[stream].setEncoding('utf8').on('data', (chunk) => {
        text[stream] += chunk;
        if (!onLine) return;
        const lines = (rest + chunk).split('\n');
        rest = lines.pop();
        for (const line of lines) onLine(line);
      });
    }
    child.once('error', (error) =>
      resolve({ code: 127, stdout: text.stdout, stderr: String(error.message) }),
    );
    child.once('close', (code, signal) => resolve({ code: code ?? (signal ? 137 : 1), ...text }));
    // A program that ends without reading its input is judged by its exit code, not by our broken pipe.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

/** Runs a program and throws a sentence with what it said when it ends badly. */
export async function mustRun(what, file, args, options) {
  const result = await runProgram(file, args, options);
  if (result.code === 0) return result;
  const lines = `${result.stdout}\n${result.stderr}`.trim().split('\n');
  throw new Error(
    `${what} failed: ${file} ended with code ${result.code}. What it said:\n  ${telling(lines).join('\n  ')}`,
  );
}

/** Most programs say the reason last; some say it first and then explain how they are used. Both ends are shown. */
function telling(lines) {
  if (lines.length <= 18) return lines;
  return [...lines.slice(0, 6), '...', ...lines.slice(-10)];
}
