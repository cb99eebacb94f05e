/** Something that begins work in `start()` and ends all of it in `stop()`; constructors only store. */
export interface Service {
  start(): Promise<void>
  stop(): Promise<void>
}
