import assert from 'node:assert/strict'
import fc from 'fast-check'
import { controlGroup, memoryLimit, processorLimit } from '../../../node/profile/parse/control-group.ts'
import { deviceOf, type Marks } from '../../../node/profile/parse/device.ts'
import { describeGpus, withinReach } from '../../../node/profile/parse/gpus.ts'
import { totalMemory } from '../../../node/profile/parse/memory.ts'
import { isOnBattery } from '../../../node/profile/parse/power.ts'
import { architectureName, processorList, processorModel } from '../../../node/profile/parse/processor.ts'
import { hottest } from '../../../node/profile/parse/temperature.ts'
import { plainText } from '../../../node/profile/parse/text.ts'

const sensor = (kind: string, current: string | null, ...limits: string[]) => ({ kind, current, limits })

describe('profile: temperatures', () => {
  it('are those of the hottest part of the processor, not of a radio or a disk', () => {
    const sensors = [
      sensor('x86_pkg_temp', '58000'),
      sensor('coretemp', '61000', '100000'),
      sensor('nvme', '80000'),
    ]
    assert.deepEqual(hottest(sensors), { currentCelsius: 61, limitCelsius: 100 })
    assert.deepEqual(hottest([sensor('acpitz', '27800\n')]), { currentCelsius: 27.8, limitCelsius: null })
  })

  it('may be below zero, as in a shed', () => {
    assert.equal(hottest([sensor('cpu-thermal', '-12500')])?.currentCelsius, -12.5)
  })

  it('are not taken from sensors that sleep, fail or tell what cannot be', () => {
    for (const current of [
      null,
      '0',
      '',
      'NaN',
      '45',
      '-273200',
      '-256000',
      '200000',
      '1e99',
      '9'.repeat(40),
    ])
      assert.equal(hottest([sensor('cpu-thermal', current)]), null, String(current))
    const sensors = [
      sensor('cpu-thermal', '0', '95000'),
      sensor('soc-thermal', '40000', '0', '-274000', '115000'),
    ]
    assert.deepEqual(hottest(sensors), { currentCelsius: 40, limitCelsius: 115 })
  })
})

describe('profile: power', () => {
  const supply = (fields: Record<string, string>) =>
    Object.entries(fields)
      .map(([name, value]) => `POWER_SUPPLY_${name}=${value}\n`)
      .join('')
  const battery = (status: string) => supply({ TYPE: 'Battery', STATUS: status, PRESENT: '1' })
  const mains = (online: string) => supply({ TYPE: 'Mains', ONLINE: online })

  it('comes from a battery that is emptied with nothing plugged in', () => {
    assert.equal(isOnBattery([battery('Discharging'), mains('0')]), true)
    assert.equal(isOnBattery([battery('Discharging')]), true)
    assert.equal(isOnBattery([battery('Unknown'), mains('0')]), true)
  })

  it('does not where a charger is plugged in, or the battery is filled', () => {
    assert.equal(isOnBattery([battery('Charging'), mains('1')]), false)
    assert.equal(
      isOnBattery([battery('Discharging'), supply({ TYPE: 'USB', ONLINE: '1' }), mains('0')]),
      false,
    )
    assert.equal(isOnBattery([battery('Not charging')]), false)
    assert.equal(isOnBattery([battery('Charging'), supply({ TYPE: 'USB', ONLINE: '0' })]), false)
  })

  it('does not come from a mouse, from a bay without its battery, or from what tells nothing', () => {
    assert.equal(isOnBattery([supply({ TYPE: 'Battery', STATUS: 'Discharging', SCOPE: 'Device' })]), false)
    assert.equal(isOnBattery([supply({ TYPE: 'Battery', STATUS: 'Discharging', PRESENT: '0' })]), false)
    assert.equal(isOnBattery(['', 'x', '=']), false)
    assert.equal(isOnBattery([]), false)
  })

  it('comes from a UPS only while it gives', () => {
    assert.equal(isOnBattery([supply({ TYPE: 'UPS', STATUS: 'Full' })]), false)
    assert.equal(isOnBattery([supply({ TYPE: 'UPS', STATUS: 'Discharging' })]), true)
  })
})

describe('profile: control groups', () => {
  it('of version 2 count with all above them', () => {
    assert.deepEqual(controlGroup('0::/a.slice/b.scope\n', 'memory'), {
      version: 2,
      folders: ['/sys/fs/cgroup', '/sys/fs/cgroup/a.slice', '/sys/fs/cgroup/a.slice/b.scope'],
    })
    assert.deepEqual(controlGroup('0::/\n', 'cpu')?.folders, ['/sys/fs/cgroup'])
  })

  it('of version 1 count where the controller is there, beside an empty one of version 2', () => {
    const text = '9:cpu,cpuacct:/docker/5a\n1:name=systemd:/x\n0::/y\n'
    assert.deepEqual(controlGroup(text, 'cpu'), {
      version: 1,
      folders: ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu/docker', '/sys/fs/cgroup/cpu/docker/5a'],
    })
    assert.deepEqual(controlGroup(text, 'memory')?.folders, ['/sys/fs/cgroup', '/sys/fs/cgroup/y'])
  })

  it('lead nowhere but into the folder of control groups, and not without end', () => {
    assert.deepEqual(controlGroup('0::/../../etc\n', 'cpu')?.folders, ['/sys/fs/cgroup'])
    assert.equal(controlGroup(`0::${'/a'.repeat(1_000)}\n`, 'cpu')?.folders.length, 33)
    assert.equal(controlGroup('', 'cpu'), null)
  })

  it('tell limits in words of both versions', () => {
    assert.equal(memoryLimit('max\n'), null)
    assert.equal(memoryLimit('9223372036854771712\n'), null)
    assert.equal(memoryLimit('536870912\n'), 536_870_912)
    assert.equal(processorLimit('max 100000\n'), null)
    assert.equal(processorLimit('-1 100000'), null)
    assert.equal(processorLimit('150000 100000\n'), 1.5)
    assert.equal(processorLimit('5000 100000\n'), 0.05)
  })

  it('are not understood where they say what cannot be', () => {
    for (const said of ['', '0', '-5', 'NaN', '1e9', 'maximum'])
      assert.throws(() => memoryLimit(said), /says/)
    for (const said of ['', '0 100000', '100000 0', 'x y', '-7 100000', '100000 -5'])
      assert.throws(() => processorLimit(said), /says/)
  })
})

describe('profile: processors and memory', () => {
  it('are counted in the words of the kernel', () => {
    assert.deepEqual([...processorList('0-2,8\n')], [0, 1, 2, 8])
    assert.equal(totalMemory('MemTotal:        7998712 kB\nMemFree: 1 kB\n'), 7_998_712 * 1024)
  })

  it('are not more than can be', () => {
    assert.throws(() => processorList('0-9999'), /more than 8192/)
    for (const list of ['', 'x', '0-', '-1', '0-3;5', '0-99999999999'])
      assert.throws(() => processorList(list), /is no list of processors/)
    for (const said of [
      '',
      'MemTotal: 0 kB',
      'MemTotal: NaN kB',
      `MemTotal: ${10 ** 14} kB`,
      'MemTotal: 5 MB',
    ])
      assert.throws(() => totalMemory(said), /no total/)
  })

  it('are named by their makers', () => {
    const arm = (maker: string, ...parts: string[]) =>
      parts.map((part) => `CPU implementer\t: ${maker}\nCPU part\t: ${part}\n`).join('\n')
    assert.equal(processorModel(arm('0x41', '0xd08', '0xd08')), 'ARM Cortex-A72')
    assert.equal(processorModel(arm('0x41', '0xd05', '0xd0b')), 'ARM Cortex-A55 + ARM Cortex-A76')
    assert.equal(processorModel(arm('0x61', '0x023')), 'Apple part 0x023')
    assert.equal(processorModel(arm('0x99', '0xfff')), 'maker 0x99 part 0xfff')
    assert.equal(
      processorModel('model name\t: Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz'),
      'Intel Xeon E5-2680 v4',
    )
    assert.equal(processorModel('isa\t: rv64imafdc\nuarch\t: sifive,u74-mc\n'), 'sifive,u74-mc')
    assert.throws(() => processorModel(''), /no model/)
  })

  it('are of architectures as images have them, also where the kernel has more bits than the system', () => {
    const named = (build: string, kernel: string) => architectureName({ build, kernel })
    assert.equal(named('x64', 'x86_64'), 'amd64')
    assert.equal(named('arm64', 'aarch64'), 'arm64')
    assert.equal(named('arm', 'armv7l'), 'armv7')
    assert.equal(named('arm', 'aarch64'), 'armv7')
    assert.equal(named('arm', 'armv6l'), 'armv6')
    assert.equal(named('riscv64', 'riscv64'), 'riscv64')
  })
})

describe('profile: devices', () => {
  const NOTHING: Marks = {
    tree: { model: null, compatible: null, chassis: null },
    dmi: { vendor: null, product: null, chassis: null },
    cpuinfo: '',
    kernelRelease: '6.1.0',
    inContainer: false,
  }
  const tree = (model: string, compatible = '', chassis: string | null = null) =>
    deviceOf({ ...NOTHING, tree: { model: `${model}\0`, compatible, chassis } })
  const dmi = (vendor: string, product: string, chassis: string) =>
    deviceOf({ ...NOTHING, dmi: { vendor, product, chassis: `${chassis}\n` } })

  it('are boards by their device tree', () => {
    const types = {
      'Raspberry Pi Model B Plus Rev 1.2': 'raspberry_pi_1',
      'Raspberry Pi 2 Model B Rev 1.1': 'raspberry_pi_2',
      'Raspberry Pi 3 Model B Plus Rev 1.3': 'raspberry_pi_3',
      'Raspberry Pi 400 Rev 1.0': 'raspberry_pi_400',
      'Raspberry Pi 5 Model B Rev 1.0': 'raspberry_pi_5',
      'Raspberry Pi Zero W Rev 1.1': 'raspberry_pi_zero',
      'Raspberry Pi Zero 2 W Rev 1.0': 'raspberry_pi_zero_2',
      'Raspberry Pi Compute Module 4 Rev 1.1': 'raspberry_pi_compute_module_4',
      'Radxa ROCK 5B': 'board',
    }
    for (const [model, type] of Object.entries(types)) assert.deepEqual(tree(model), { type, model })
    assert.equal(
      tree('NVIDIA Jetson Nano Developer Kit', 'nvidia,jetson-nano\0nvidia,tegra210\0').type,
      'jetson_nano',
    )
    assert.equal(tree('Jetson-AGX', 'nvidia,p2972-0000\0nvidia,tegra194\0').type, 'jetson_xavier')
    assert.equal(tree('Apple MacBook Air (M1, 2020)', 'apple,j313\0', 'laptop\0').type, 'laptop')
    assert.equal(tree('linux,dummy-virt', 'linux,dummy-virt\0').type, 'virtual_machine')
  })

  it('are PCs by their case', () => {
    assert.equal(dmi('LENOVO', '20L5CTO1WW', '10').type, 'laptop')
    assert.equal(dmi('Dell Inc.', 'PowerEdge R6525', '23').type, 'server')
    assert.equal(dmi('Intel(R) Client Systems', 'NUC11PAHi5', '35').type, 'mini_pc')
    assert.deepEqual(dmi('To Be Filled By O.E.M.', 'Default string', '3'), { type: 'desktop', model: null })
    assert.deepEqual(dmi('x', 'y', '999'), { type: null, model: 'x y' })
    assert.deepEqual(deviceOf(NOTHING), { type: null, model: null })
  })

  it('are virtual machines by vendor, product or processor, and containers by their marks', () => {
    assert.equal(dmi('QEMU', 'Standard PC (i440FX + PIIX, 1996)', '1').type, 'virtual_machine')
    assert.equal(dmi('Microsoft Corporation', 'Virtual Machine', '3').type, 'virtual_machine')
    assert.equal(dmi('Amazon EC2\n', 't4g.micro\n', '1').type, 'virtual_machine')
    assert.equal(dmi('Amazon EC2\n', 'm7g.metal\n', '1').type, null)
    assert.equal(dmi('Microsoft Corporation', 'Surface Laptop 4', '9').type, 'laptop')
    const guest = 'flags\t\t: fpu hypervisor lahf_lm\n'
    assert.equal(deviceOf({ ...NOTHING, cpuinfo: guest }).type, 'virtual_machine')
    assert.equal(deviceOf({ ...NOTHING, cpuinfo: guest, inContainer: true }).type, 'container')
  })

  it('have names on one line, without what a terminal would obey', () => {
    const { model } = dmi('Evil\u001b[31m', `Box\n\u202eBig${'x'.repeat(500)}`, '3')
    assert.match(model ?? '', /^Evil \[31m Box Bigx+$/)
    assert.equal(model?.length, 120)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const plain = plainText(text)
        assert.ok(
          plain === null || (plain.length <= 120 && !/[\p{Cc}\n]/u.test(plain) && plain.trim() === plain),
        )
      }),
    )
  })
})

describe('profile: GPUs', () => {
  const pci = (address: string, kind: string, vendor: string, videoMemory: string | null = null) => ({
    address,
    class: `${kind}\n`,
    vendor: `${vendor}\n`,
    device: '0x1234\n',
    videoMemory,
  })

  it('are what containers can compute on, not what draws a console', () => {
    const devices = ['0x1a03', '0x102b', '0x1234', '0x1af4', '0x15ad'].map((vendor, index) =>
      pci(`0000:0${index}:00.0`, '0x030000', vendor),
    )
    assert.deepEqual(describeGpus(devices, []), [])
    assert.equal(describeGpus([pci('0000:03:00.0', '0x030200', '0x10de')], []).length, 1)
    assert.equal(describeGpus([pci('0000:03:00.1', '0x040300', '0x10de')], []).length, 0)
  })

  it('are told apart from graphics in processors, whose memory is the machine’s', () => {
    const [card] = describeGpus([pci('0000:03:00.0', '0x030000', '0x1002', '17163091968\n')], [])
    assert.deepEqual([card?.integrated, card?.memoryBytes], [false, 17_163_091_968])
    const inProcessor = [
      pci('0000:04:00.0', '0x030000', '0x1002', '536870912'),
      pci('0000:04:00.2', '0x108000', '0x1022'),
    ]
    assert.deepEqual(
      describeGpus(inProcessor, []).map(({ integrated, memoryBytes }) => [integrated, memoryBytes]),
      [[true, null]],
    )
    assert.equal(describeGpus([pci('0000:00:02.0', '0x030000', '0x8086')], [])[0]?.integrated, true)
  })

  it('of NVIDIA are cards also on the first bus, where clouds put them', () => {
    assert.equal(describeGpus([pci('0000:00:1e.0', '0x030200', '0x10de')], [])[0]?.integrated, false)
  })

  it('count in a container only where it was given them', () => {
    const devices = [pci('0000:03:00.0', '0x030000', '0x10de'), pci('0000:04:00.0', '0x030000', '0x1002')]
    const vendors = (nvidia: boolean, dri: boolean) =>
      describeGpus(withinReach(devices, { nvidia, dri }), []).map(({ vendor }) => vendor)
    assert.deepEqual(vendors(false, false), [])
    assert.deepEqual(vendors(true, false), ['NVIDIA'])
    assert.deepEqual(vendors(false, true), ['AMD'])
  })

  it('are bounded, and named by their numbers where no program knows them', () => {
    const many = Array.from({ length: 300 }, (_, bus) =>
      pci(`0000:${bus.toString(16)}:01.0`, '0x030000', '0x10de'),
    )
    assert.equal(describeGpus(many, []).length, 64)
    assert.equal(describeGpus(many, [])[5]?.model, '10de:1234')
    assert.equal(describeGpus(many, [{ busAddress: '', model: 'x', memoryBytes: 1 }])[5]?.model, '10de:1234')
  })
})
