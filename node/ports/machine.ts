/** The machine that this runs on, as its kernel and its own programs tell of it. Any answer may fail, and may never come. */
export interface Machine {
  /** The beginning of a file, up to 64 KiB. @throws the system's error */
  read(path: string): Promise<string>
  /** Names in a directory, in order, up to 4,096. @throws the system's error */
  list(path: string): Promise<readonly string[]>
  /** Whether anything is there. */
  has(path: string): Promise<boolean>
  /** Size of the file system that holds this path, or would hold it. @throws the system's error */
  storageBytes(path: string): Promise<number>
  /** The words of Node's build and of the kernel for the kind of processor. */
  architecture(): { readonly build: string; readonly kernel: string }
  /** What programs tell of graphics cards; cards that they do not know are missing. */
  graphicsCards(): Promise<readonly GraphicsCard[]>
}

export interface GraphicsCard {
  /** As in `01:00.0`, with or without its domain `0000:` before it. */
  readonly busAddress: string
  readonly model: string
  readonly memoryBytes: number | null
}
