/**
 * Work that is done a slice at a time: between two slices its owner may do something else, so that nothing waits for all
 * of it. What is not long is one slice.
 */
export type Slices<Result> = Generator<void, Result>

/** All of it now. */
export const atOnce = <Result>(work: Slices<Result>): Result => {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/** The items in order, `length` of them in a slice. */
export function* eachInSlices<Item>(
  items: Iterable<Item>,
  length: number,
  task: (item: Item) => void,
): Slices<void> {
  let left = length
  for (const item of items) {
    if (left === 0) {
      yield
      left = length
    }
    task(item)
    left -= 1
  }
}
