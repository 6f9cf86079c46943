import { expect, test } from 'vitest';
import { SingleSlot } from '../../service/single-slot.ts';

const never = () => new AbortController().signal;

test('one permit is out at a time, and none any more once a task has used it', async () => {
  const slot = new SingleSlot();
  await slot.reserveSlot(null, never());
  let others = 0;
  void slot.reserveSlot(null, never()).then(() => others++);
  void slot.reserveSlot(null, never()).then(() => others++);
  slot.releaseSlot();
  await new Promise((resolve) => setImmediate(resolve));
  expect(others).toBe(1);
  slot.markSlotUsed();
  slot.releaseSlot();
  await slot.used;
  expect([slot.isSpent, others]).toEqual([true, 1]);
});

test('a permit that comes back goes to one who still waits, not to one who gave up', async () => {
  const slot = new SingleSlot();
  await slot.reserveSlot(null, never());
  const gone = new AbortController();
  const givenUp = slot.reserveSlot(null, gone.signal);
  const waiting = slot.reserveSlot(null, never());
  gone.abort();
  await expect(givenUp).rejects.toThrow('no longer needed');
  slot.releaseSlot();
  expect(await waiting).toEqual({});
});
