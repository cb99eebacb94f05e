/** What was found out, or the reason why it was not: a clause without its full stop. */
export type Fact<Value> = { readonly value: Value } | { readonly reason: string }

/** What the machine has, less what control groups keep from this process. */
export interface Limited {
  readonly available: number
  /** What the control groups leave; null where they leave all. */
  readonly limit: number | null
}

export interface Device {
  /** In words of docs/design/profile.md, as in `raspberry_pi_4`; null where nothing tells. */
  readonly type: string | null
  /** In the words of its maker. */
  readonly model: string | null
}

export interface Gpu {
  readonly vendor: string
  readonly model: string
  /** Its own memory; null where it has none, or it is not known. */
  readonly memoryBytes: number | null
  /** Part of the processor, and so of its memory. */
  readonly integrated: boolean
}

export interface Temperature {
  readonly currentCelsius: number
  /** From which on the machine protects itself; null where the kernel names none. */
  readonly limitCelsius: number | null
}

/** All that is asked of a machine. */
export interface Facts {
  readonly cpuModel: Fact<string>
  readonly cpuCores: Fact<Limited>
  readonly memoryBytes: Fact<Limited>
  readonly storageBytes: Fact<number>
  readonly architecture: Fact<string>
  readonly device: Fact<Device>
  readonly gpus: Fact<readonly Gpu[]>
  readonly batteryPowered: Fact<boolean>
  readonly temperature: Fact<Temperature>
}
