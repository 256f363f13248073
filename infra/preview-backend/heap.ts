/**
 * A binary heap that moves its items exactly as Python's `heapq` does: `/queue` shows the bare array, and a
 * comparison that throws leaves the array in the same half-done state.
 */
type Compare<T> = (a: T, b: T) => boolean;

/** `heappush`: the item stays in the array even when comparing throws. */
export function heapPush<T>(heap: T[], item: T, isLess: Compare<T>): void {
  heap.push(item);
  siftDown(heap, 0, heap.length - 1, isLess);
}

/** `heappop`: removes the smallest item. When comparing throws, that item is lost. */
export function heapPop<T>(heap: T[], isLess: Compare<T>): T | undefined {
  const last = heap.pop();
  const first = heap[0];
  if (last === undefined || first === undefined) return last;
  heap[0] = last;
  siftUp(heap, 0, isLess);
  return first;
}

/** `heapify`. */
export function heapify<T>(heap: T[], isLess: Compare<T>): void {
  for (let position = Math.floor(heap.length / 2) - 1; position >= 0; position--)
    siftUp(heap, position, isLess);
}

function siftDown<T>(heap: T[], start: number, from: number, isLess: Compare<T>): void {
  const item = heap[from] as T;
  let position = from;
  while (position > start) {
    const parentPosition = (position - 1) >> 1;
    const parent = heap[parentPosition] as T;
    if (!isLess(item, parent)) break;
    heap[position] = parent;
    position = parentPosition;
  }
  heap[position] = item;
}

function siftUp<T>(heap: T[], from: number, isLess: Compare<T>): void {
  const end = heap.length;
  const item = heap[from] as T;
  let position = from;
  let child = 2 * position + 1;
  while (child < end) {
    const right = child + 1;
    if (right < end && !isLess(heap[child] as T, heap[right] as T)) child = right;
    heap[position] = heap[child] as T;
    position = child;
    child = 2 * position + 1;
  }
  heap[position] = item;
  siftDown(heap, from, position, isLess);
}
