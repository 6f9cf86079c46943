import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RenderSlots } from '../../service/render-slots.ts';

const NEVER = new AbortController().signal;

/** Asks for permits as a poller does, and counts those it got. */
function poller(slots: RenderSlots) {
  const got = { permits: 0 };
  const ask = () =>
    slots.reserveSlot({}, NEVER).then(() => {
      got.permits++;
    });
  return { got, ask };
}

test('as many attempts begin as there are slots, and the next when one has ended', async () => {
  const slots = new RenderSlots(2);
  const { got, ask } = poller(slots);
  for (let asked = 0; asked < 4; asked++) void ask();
  await turn();
  expect(got.permits).toBe(2);
  slots.releaseSlot();
  await turn();
  expect(got.permits).toBe(3);
});

test('an attempt that only sends makes room for one that computes, and takes no room twice', async () => {
  const slots = new RenderSlots(1);
  const { got, ask } = poller(slots);
  for (let asked = 0; asked < 3; asked++) void ask();
  await turn();
  expect(got.permits).toBe(1);
  const firstEnded = slots.leave();
  await turn();
  expect(got.permits).toBe(2);
  firstEnded();
  firstEnded();
  slots.releaseSlot();
  await turn();
  expect(got.permits).toBe(2);
});

test('a store that takes nothing holds the worker at twice its slots', async () => {
  const slots = new RenderSlots(1);
  const { got, ask } = poller(slots);
  for (let asked = 0; asked < 4; asked++) void ask();
  await turn();
  const firstEnded = slots.leave();
  await turn();
  slots.leave();
  await turn();
  expect(got.permits).toBe(2);
  firstEnded();
  slots.releaseSlot();
  await turn();
  expect(got.permits).toBe(3);
});

test('a reservation that is no longer wanted takes no slot', async () => {
  const slots = new RenderSlots(1);
  const { got, ask } = poller(slots);
  void ask();
  await turn();
  const stop = new AbortController();
  const refused = slots.reserveSlot({}, stop.signal);
  stop.abort();
  await expect(refused).rejects.toThrow('no longer needed');
  slots.releaseSlot();
  void ask();
  await turn();
  expect(got.permits).toBe(2);
});

test('no task comes past the queue', () => {
  expect(new RenderSlots(1).tryReserveSlot()).toBeNull();
});
