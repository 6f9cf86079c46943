import { expect, test } from 'vitest';
import { askedOnce } from '../../../engine/tools/asked-once.ts';

test('a question that was answered is not put again, by however many it is asked', async () => {
  let asked = 0;
  const { answer } = askedOnce(async () => ++asked);
  expect(await Promise.all([answer(), answer()])).toEqual([1, 1]);
  expect(await answer()).toBe(1);
});

test('a failure, and an answer that does not last, are put again by the next', async () => {
  const answers = [new Error('no memory'), 'no licence', 'version 7', 'version 8'];
  const question = askedOnce(
    async () => {
      const next = answers.shift()!;
      if (next instanceof Error) throw next;
      return next;
    },
    (said) => said !== 'no licence',
  );
  await expect(Promise.all([question.answer(), question.answer()])).rejects.toThrow('no memory');
  expect(question.kept()).toBeUndefined();
  expect(await question.answer()).toBe('no licence');
  expect(await question.answer()).toBe('version 7');
  expect(await question.kept()).toBe('version 7');
  question.forget();
  expect(await question.answer()).toBe('version 8');
});
