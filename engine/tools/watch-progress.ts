import { PipelineError } from '../../schemas/failure.ts';
import type { ProgramCall } from './run-program.ts';
import { withoutUrlSecrets } from './stderr-tail.ts';

/** Stops a program that makes no progress for its stall time, or is not done in its time; `touch` tells of output. */
export function watchProgress(
  call: ProgramCall,
  stop: (reason: unknown) => void,
): { touch(): void; end(): void } {
  let last = performance.now();
  const started = last;
  let mark = call.progressMark?.();
  const tick = () => {
    const now = performance.now();
    if (call.progressMark) {
      const current = call.progressMark();
      if (current !== mark) last = now;
      mark = current;
    }
    const facts = {
      tool: call.tool,
      args: call.args.map(withoutUrlSecrets),
      afterMs: Math.round(now - started),
    };
    if (call.stallAfterMs !== undefined && now - last > call.stallAfterMs)
      stop(
        new PipelineError('tool-stalled', `${call.tool} made no progress for ${call.stallAfterMs} ms`, facts),
      );
    else if (call.timeoutMs !== undefined && now - started > call.timeoutMs)
      stop(new PipelineError('tool-stalled', `${call.tool} was not done after ${call.timeoutMs} ms`, facts));
  };
  const limit = Math.min(
    call.stallAfterMs ?? Number.POSITIVE_INFINITY,
    call.timeoutMs ?? Number.POSITIVE_INFINITY,
  );
  const timer = Number.isFinite(limit)
    ? setInterval(tick, Math.max(10, Math.min(1000, limit / 4)))
    : undefined;
  return {
    touch: () => {
      if (!call.progressMark) last = performance.now();
    },
    end: () => clearInterval(timer),
  };
}
