/**
 * What an engine of containers can do beside running tasks: tell of images, let commands into containers, and count what tasks use.
 * Docker is the one that there is; its runtime promises this too.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import type { ExecSize, ExecStart, TaskUsage } from '../../protocols/engine/index.ts'

/** Opens a registry. */
export interface RegistryLogin {
  readonly username: string
  /** A password, or a token that stands for one. */
  readonly secret: string
}

/** Who knows how to log in. Null where nobody has a login for that registry. */
export interface RegistryLogins {
  loginOf(registry: string): Promise<RegistryLogin | null>
}

/** Told of images that tasks need, by their reference, before they are. */
export interface ImageWatch {
  /** It is absent, and is pulled once this has resolved. */
  pulling(image: string): Promise<void>
  /** It could not be pulled, so it is as absent as before. */
  failed(image: string): Promise<void>
  /** A task begins with it. */
  needed(image: string): void
}

export interface ExecOutput {
  readonly stream: 'stdout' | 'stderr'
  readonly bytes: Uint8Array
}

/** A command that runs in a container. */
export interface Exec {
  /** Until it ends. Nothing is read ahead of the consumer. @throws `engineUnreachable` */
  output(): AsyncIterable<ExecOutput>
  /** Resolves when there is room for more. What comes after its end is dropped. */
  write(bytes: Uint8Array): Promise<void>
  endInput(): void
  /** Of its terminal; without one nothing happens. */
  resize(size: ExecSize): Promise<void>
  /** Once the output has ended; null where nobody can tell. @throws `engineUnreachable` */
  exitCode(): Promise<number | null>
  /** Ends it, as far as this machine sees its process. */
  close(): Promise<void>
}

export interface PresentImage {
  /** By which its registry has it; null where it came from none. */
  readonly digest: string | null
}

/** Counts what tasks use, in whatever they run. */
export interface UsageMeter {
  /** Of the tasks of this node that run. @throws `engineUnreachable` */
  usage(): Promise<readonly TaskUsage[]>
}

export interface ContainerEngine extends UsageMeter {
  /** @throws `taskUnknown`, `execFailed`, `engineUnreachable` */
  exec(task: TaskId, start: ExecStart): Promise<Exec>
  /** Null where it is not here. @throws `engineUnreachable` */
  image(image: string): Promise<PresentImage | null>
  /** The digest that its registry has for it. @throws `imageUnavailable`, `registryRefused`, `registryUnreachable`, `engineUnreachable` */
  digestOf(image: string, signal: AbortSignal): Promise<string>
  /** Takes that reference off an image, which goes where it has no other. `kept` where a container needs it. @throws `engineUnreachable` */
  removeImage(image: string): Promise<'removed' | 'kept' | 'absent'>
  /** Where the engine keeps images, by its own account. @throws `engineUnreachable` */
  imageDirectory(): Promise<string>
  /** Whether the registry takes that login. @throws `registryRefused`, `registryUnreachable`, `engineUnreachable` */
  checkLogin(registry: string, login: RegistryLogin): Promise<void>
}
