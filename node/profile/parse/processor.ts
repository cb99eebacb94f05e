/** `/proc/cpuinfo`, and lists of processors. */
import { fieldOf, plainText } from './text.ts'

/** As many as Linux can be built for. */
export const CPUS_MAX = 8_192

const MAKERS: Readonly<Record<string, string>> = {
  '0x41': 'ARM',
  '0x42': 'Broadcom',
  '0x43': 'Cavium',
  '0x46': 'Fujitsu',
  '0x48': 'HiSilicon',
  '0x4e': 'NVIDIA',
  '0x51': 'Qualcomm',
  '0x61': 'Apple',
  '0xc0': 'Ampere',
}

/** Parts by ARM's own numbers, as `lscpu` of util-linux lists them. */
const ARM_PARTS: Readonly<Record<string, string>> = {
  '0xb76': '1176JZF-S',
  '0xc05': 'Cortex-A5',
  '0xc07': 'Cortex-A7',
  '0xc08': 'Cortex-A8',
  '0xc09': 'Cortex-A9',
  '0xc0e': 'Cortex-A17',
  '0xc0f': 'Cortex-A15',
  '0xd03': 'Cortex-A53',
  '0xd04': 'Cortex-A35',
  '0xd05': 'Cortex-A55',
  '0xd07': 'Cortex-A57',
  '0xd08': 'Cortex-A72',
  '0xd09': 'Cortex-A73',
  '0xd0a': 'Cortex-A75',
  '0xd0b': 'Cortex-A76',
  '0xd0c': 'Neoverse-N1',
  '0xd0d': 'Cortex-A77',
  '0xd40': 'Neoverse-V1',
  '0xd41': 'Cortex-A78',
  '0xd42': 'Cortex-A78AE',
  '0xd44': 'Cortex-X1',
  '0xd49': 'Neoverse-N2',
  '0xd4f': 'Neoverse-V2',
}

/** Who made the processor, and what it is called. @throws Error where nothing tells */
export const processorModel = (cpuinfo: string): string => {
  const model =
    armModel(cpuinfo) ??
    fieldOf(cpuinfo, 'model name') ??
    fieldOf(cpuinfo, 'uarch') ??
    fieldOf(cpuinfo, 'cpu')
  if (model === null) throw new Error('/proc/cpuinfo names no model')
  return withoutTrademarks(model)
}

/** All kinds of core, in the kernel's order: the small ones come first where there are two. */
const armModel = (cpuinfo: string): string | null => {
  const kinds = new Set<string>()
  let maker = ''
  for (const line of cpuinfo.split('\n')) {
    const [key = '', value = ''] = line.split(':').map((word) => word.trim())
    if (key === 'CPU implementer') maker = value
    if (key === 'CPU part') kinds.add(partName(maker, value))
  }
  return kinds.size === 0 ? null : plainText([...kinds].join(' + '))
}

const partName = (maker: string, part: string): string => {
  const name = maker === '0x41' ? ARM_PARTS[part] : undefined
  return `${MAKERS[maker] ?? `maker ${maker}`} ${name ?? `part ${part}`}`
}

const withoutTrademarks = (model: string): string =>
  model
    .replace(/\((R|TM|C)\)/gi, '')
    .replace(/\bCPU\b|@.*$/g, '')
    .replace(/\s+/g, ' ')
    .trim() || model

/** The numbers in a list such as `0-3,8`. @throws Error for what is none, or names too many */
export const processorList = (list: string): ReadonlySet<number> => {
  const numbers = new Set<number>()
  for (const range of list.trim().split(',')) {
    const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range) ?? []
    if (from === undefined)
      throw new Error(`"${plainText(list)?.slice(0, 40) ?? ''}" is no list of processors`)
    if (Number(to) >= CPUS_MAX) throw new Error(`the kernel names more than ${CPUS_MAX} processors`)
    for (let number = Number(from); number <= Number(to); number += 1) numbers.add(number)
  }
  return numbers
}

/** Whether a hypervisor told the processor that it is one's guest. */
export const isGuest = (cpuinfo: string): boolean => / hypervisor( |$)/.test(flagsOf(cpuinfo))

const flagsOf = (cpuinfo: string): string => /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? ''

/** As images of containers call it, from the words of Node's build and of the kernel (`uname -m`). */
export const architectureName = ({
  build,
  kernel,
}: {
  readonly build: string
  readonly kernel: string
}): string => {
  if (build === 'x64') return 'amd64'
  if (build === 'ia32') return '386'
  if (build === 'arm') return kernel.startsWith('armv6') ? 'armv6' : 'armv7'
  return build
}
