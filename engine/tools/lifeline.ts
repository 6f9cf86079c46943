import { spawnSync } from 'node:child_process';

let prefix: readonly string[] | undefined;

/**
 * The words put before a command so that the kernel kills it when this process dies: `setpriv --pdeathsig KILL`.
 * Empty where the system has no such program (busybox, macOS). Covers the program itself, not what it starts.
 */
export function lifelinePrefix(): readonly string[] {
  prefix ??=
    ['/usr/bin/setpriv', '/bin/setpriv']
      .map((program) => [program, '--pdeathsig', 'KILL', '--'])
      .find(
        ([program, ...words]) => spawnSync(program!, [...words, 'true'], { stdio: 'ignore' }).status === 0,
      ) ?? [];
  return prefix;
}
