/** What kind of machine it is, by what firmware, kernel and container leave to be read. */
import type { Device } from '../../../protocols/profile/index.ts'
import { isGuest } from './processor.ts'
import { fieldOf, plainText } from './text.ts'

/** Texts of files; null where there is no such file. */
export interface Marks {
  /** `/proc/device-tree`: boards have one. */
  readonly tree: {
    readonly model: string | null
    readonly compatible: string | null
    readonly chassis: string | null
  }
  /** `/sys/class/dmi/id`: PCs have it. */
  readonly dmi: {
    readonly vendor: string | null
    readonly product: string | null
    readonly chassis: string | null
  }
  readonly cpuinfo: string
  readonly kernelRelease: string
  readonly inContainer: boolean
}

/** By the number of NVIDIA's chip, since one chip is sold under many names. */
const JETSONS: Readonly<Record<string, string>> = {
  tegra210: 'jetson_nano',
  tegra186: 'jetson_tx2',
  tegra194: 'jetson_xavier',
  tegra234: 'jetson_orin',
  tegra264: 'jetson_thor',
}

/** Types of a case by the SMBIOS specification, table of "System Enclosure or Chassis Types". */
const CASES: Readonly<Record<string, string>> = {
  ...forAll('desktop', [3, 4, 5, 6, 7, 13, 15, 16, 24]),
  ...forAll('laptop', [8, 9, 10, 11, 14, 30, 31, 32]),
  ...forAll('server', [17, 23, 25, 28, 29]),
  ...forAll('gateway', [33]),
  ...forAll('mini_pc', [34, 35, 36]),
}

/** `chassis-type` of the device tree specification. */
const TREE_CASES: Readonly<Record<string, string>> = {
  laptop: 'laptop',
  convertible: 'laptop',
  tablet: 'laptop',
  handset: 'laptop',
  desktop: 'desktop',
  'all-in-one': 'desktop',
  server: 'server',
}

/** Vendors and products of what is no machine of its own; ARM's processors do not tell. */
const GUESTS =
  /qemu|kvm|virtualbox|vmware|xen|bochs|bhyve|parallels|virtual machine|openstack|droplet|compute engine|amazon ec2 (?!.*metal)|hvm domu|vserver/i

function forAll(type: string, numbers: readonly number[]): Readonly<Record<string, string>> {
  return Object.fromEntries(numbers.map((number) => [String(number), type]))
}

export const deviceOf = (marks: Marks): Device => {
  const model = modelOf(marks)
  return { type: boardType(marks, model) ?? hostType(marks), model }
}

/** Firmware that nobody filled in. */
const EMPTY =
  /^(to be filled|default string|system (manufacturer|product)|not (specified|applicable)|o\.?e\.?m|none$|unknown$)/i

const named = (text: string | null): string | null => {
  const plain = text === null ? null : plainText(text)
  return plain === null || EMPTY.test(plain) ? null : plain
}

const modelOf = ({ tree, dmi, cpuinfo }: Marks): string | null => {
  // Containers do not see the device tree, but the last line that a Raspberry Pi's kernel adds here.
  const board = named(tree.model) ?? fieldOf(cpuinfo, 'Model')
  if (board !== null) return board
  const [vendor, product] = [named(dmi.vendor), named(dmi.product)]
  if (vendor === null || product === null) return product ?? vendor
  return product.toLowerCase().startsWith(vendor.toLowerCase()) ? product : plainText(`${vendor} ${product}`)
}

/** A board that is known, also from within a container. */
const boardType = ({ tree }: Marks, model: string | null): string | null => {
  const jetson = Object.keys(JETSONS).find((chip) => tree.compatible?.includes(`nvidia,${chip}`))
  if (jetson !== undefined) return JETSONS[jetson] as string
  const [, name] = /^Raspberry Pi (.+?)(?: Rev [\d.]+)?$/.exec(model ?? '') ?? []
  return name === undefined ? null : `raspberry_pi_${raspberryName(name)}`
}

/** `4 Model B` is a 4, `Zero 2 W` a Zero 2, `Model B Plus` the first one. */
const raspberryName = (name: string): string => {
  const [, kind] = /^(zero 2|zero|compute module \d+|compute module|pico|\d+)/i.exec(name) ?? []
  return kind === undefined ? '1' : kind.toLowerCase().replace(/ /g, '_')
}

const hostType = ({ tree, dmi, cpuinfo, kernelRelease, inContainer }: Marks): string | null => {
  if (inContainer) return 'container'
  const isVirtual =
    isGuest(cpuinfo) ||
    GUESTS.test(plainText(`${dmi.vendor} ${dmi.product}`) ?? '') ||
    tree.compatible?.includes('dummy-virt') === true ||
    /microsoft/i.test(kernelRelease)
  if (isVirtual) return 'virtual_machine'
  if (tree.model !== null) return TREE_CASES[plainText(tree.chassis ?? '') ?? ''] ?? 'board'
  return CASES[dmi.chassis?.trim() ?? ''] ?? null
}
