/** What is there at once travels together: as many as there are without waiting, one at least and `countMax` at most. */
export async function* batchesOf<Item>(
  items: AsyncIterable<Item>,
  countMax: number,
): AsyncGenerator<readonly Item[]> {
  const iterator = items[Symbol.asyncIterator]()
  let batch: Item[] = []
  let next = iterator.next()
  try {
    for (;;) {
      const quick = await Promise.race([next, new Promise<null>((resolve) => setImmediate(resolve, null))])
      if (quick === null && batch.length > 0) {
        yield batch
        batch = []
      }
      const { done, value } = await next
      if (done === true) break
      batch.push(value)
      if (batch.length === countMax) {
        yield batch
        batch = []
      }
      next = iterator.next()
    }
    if (batch.length > 0) yield batch
  } catch (error) {
    if (batch.length > 0) yield batch
    throw error
  } finally {
    await iterator.return?.()
  }
}
