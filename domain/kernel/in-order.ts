/**
 * The items in order, one by one, each found when it is asked for: whoever takes twenty of a thousand need not have the
 * thousand sorted. With a total order the same as `toSorted`. A binary heap.
 */
export function* inOrder<T>(items: Iterable<T>, compare: (a: T, b: T) => number): Generator<T, undefined> {
  const heap = [...items];
  for (let at = (heap.length >> 1) - 1; at >= 0; at -= 1) sink(heap, at, compare);
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    const last = heap.pop();
    if (heap.length > 0 && last !== undefined) {
      heap[0] = last;
      sink(heap, 0, compare);
    }
    yield first;
  }
}

/** Lets an item down until nothing below comes before it. */
function sink<T>(heap: T[], from: number, compare: (a: T, b: T) => number): void {
  const item = heap[from] as T;
  let at = from;
  for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && compare(heap[child + 1] as T, heap[child] as T) < 0) child += 1;
    if (compare(item, heap[child] as T) <= 0) break;
    heap[at] = heap[child] as T;
    at = child;
  }
  heap[at] = item;
}
