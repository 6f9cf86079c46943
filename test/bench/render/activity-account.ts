import type { SegmentOutcome } from '../../../activities/render-segment.ts';
import type { RushesClient } from '../../../service/client.ts';

/** All runs of one activity in a turnover, in ms: waiting in its queue, running, and where in the turnover they lay. */
export type ActivityCost = {
  runs: number;
  queuedMs: number;
  ranMs: number;
  longestMs: number;
  /** Of the running: the engine's, where the activity tells it. */
  engineMs: number;
  beganMs: number;
  endedMs: number;
};

const NOTHING: ActivityCost = {
  ...{ runs: 0, queuedMs: 0, ranMs: 0, longestMs: 0, engineMs: 0, endedMs: 0 },
  beganMs: Number.POSITIVE_INFINITY,
};

type Client = RushesClient['temporal'];
type Event = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']
>[number];

/** What each activity of a turnover and of its plates took, by name, from the histories; times count from the turnover's start. */
export async function activitiesOf(client: Client, turnover: string): Promise<Record<string, ActivityCost>> {
  const eventsOf = async (workflow: string) =>
    (await client.workflow.getHandle(workflow).fetchHistory()).events ?? [];
  const events = await eventsOf(turnover);
  const begun = msOf(events[0]!);
  const costs: Record<string, ActivityCost> = {};
  addTo(costs, events, begun);
  for (const event of events) {
    const plate = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId;
    if (plate) addTo(costs, await eventsOf(plate), begun);
  }
  return costs;
}

function addTo(costs: Record<string, ActivityCost>, events: readonly Event[], begun: number): void {
  const at = (id: unknown) => events.find((event) => String(event.eventId) === String(id))!;
  for (const ended of events) {
    const completed = ended.activityTaskCompletedEventAttributes;
    if (!completed) continue;
    const scheduled = at(completed.scheduledEventId);
    const name = scheduled.activityTaskScheduledEventAttributes!.activityType!.name!;
    const [asked, from, to] = [scheduled, at(completed.startedEventId), ended].map(msOf) as [
      number,
      number,
      number,
    ];
    const cost = costs[name] ?? { ...NOTHING };
    costs[name] = cost;
    cost.runs++;
    cost.queuedMs += from - asked;
    cost.ranMs += to - from;
    cost.longestMs = Math.max(cost.longestMs, to - from);
    cost.engineMs += engineMsOf(ended);
    cost.beganMs = Math.min(cost.beganMs, from - begun);
    cost.endedMs = Math.max(cost.endedMs, to - begun);
  }
}

function engineMsOf({ activityTaskCompletedEventAttributes: completed }: Event): number {
  const payload = completed?.result?.payloads?.[0]?.data;
  if (payload == null || payload.length === 0) return 0;
  const result = JSON.parse(Buffer.from(payload).toString('utf8')) as Partial<SegmentOutcome> | null;
  return result?.engine?.wallMs ?? 0;
}

function msOf({ eventTime }: Event): number {
  return Number(eventTime!.seconds) * 1000 + Number(eventTime!.nanos) / 1e6;
}
