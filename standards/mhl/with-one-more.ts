/**
 * A list with one more member, in a list that has room for no others: one that grew by `push` from nothing has room for seventeen,
 * and there are as many such lists as files.
 */
export function withOneMore<T>(list: readonly T[], added: T): T[] {
  return list.length === 0 ? [added] : [...list, added];
}
