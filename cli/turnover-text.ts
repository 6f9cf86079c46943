import type { TurnoverDelta } from '../pipeline/conform/delta.ts';
import type { Forecast } from '../pipeline/conform/forecast.ts';
import type { TurnoverPlan, TurnoverStatus } from '../schemas/turnover.ts';
import type { Output } from './context.ts';
import { printFindings } from './findings.ts';

/** Tells a plan: a line per plate, then what needs a person. */
export function printPlan(
  plan: TurnoverPlan,
  forecast: Forecast,
  delta: TurnoverDelta | null,
  io: Output,
): void {
  for (const plate of plan.plates) {
    const { first, last } = plate.sourceFrames;
    io.stderr(
      `${plate.plateId.padEnd(28)} ${plate.clipName}  frames ${first}-${last} (${last - first + 1}), handles ${plate.handles.head}+${plate.handles.tail}, from ${plate.firstFrameNumber}\n`,
    );
  }
  for (const change of delta?.plates ?? [])
    io.stderr(`${change.plateId.padEnd(28)} ${change.kinds.join(', ')}: ${change.forPeople}\n`);
  const { frames, framesToRender, bytes, coreHours, seconds } = forecast;
  io.stderr(
    `${plan.plates.length} plates of ${plan.events.length} events: ${frames} frames, ${framesToRender} to render, ${(bytes / 1e9).toFixed(2)} GB, ${coreHours.toFixed(2)} core-hours, about ${Math.ceil(seconds)} s on this machine\n`,
  );
  printFindings(plan.findings, io);
}

/** Tells how a turnover stands: a line per plate, and who made its segments. */
export function printStatus(status: TurnoverStatus, io: Output): void {
  io.stderr(`${status.turnover} is ${status.state}\n`);
  for (const shot of status.shots) {
    for (const plate of shot.plates) {
      io.stderr(
        `  ${shot.name} ${plate.name}: ${plate.state}, ${plate.framesMade} made and ${plate.framesReused} reused of ${plate.framesWanted} frames\n`,
      );
      for (const { first, last, worker, attempt } of plate.segments) {
        io.stderr(`    frames ${first}-${last} by ${worker}, attempt ${attempt}\n`);
      }
    }
  }
  printFindings(status.findings, io);
}
