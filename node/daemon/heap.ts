import { setFlagsFromString } from 'node:v8'

/**
 * How V8 keeps the heap of a daemon. While it loads, nearly all that is read stays, and V8 concludes that whatever the same lines make
 * later stays too, and makes it among the old at once: then a look at a hundred thousand tasks leaves 80 MB of garbage there, and bytes
 * outside the heap that wait for its collection.
 */
export const keepHeap = (): void => setFlagsFromString('--no-allocation-site-pretenuring')
