import { Buffer } from 'node:buffer'
import { crc32, deflateSync } from 'node:zlib'
import { randomFor } from '../seed/prng.ts'

/** Where the local stack shows the pictures of the demo: an origin like that of a source, outside of the hub. */
export const demoMediaPath = '/demo/media/'
/** So many there are; all listings of the demo share them. */
export const photoCount = 60

const [width, height] = [800, 600]
/** The one box that every MP4 begins with. */
const film = new TextEncoder().encode('\0\0\0\x18ftypmp42\0\0\0\0mp42isom')
const made = new Map<string, Uint8Array<ArrayBuffer>>()

/**
 * Which file stands for an address of the demo's invented sources; always the same one. What is served nowhere (papers) and
 * what is no address (the id of a film) stays as it is.
 */
export function demoAddress(origin: string, invented: string, category: unknown): string {
  if (category === 'Document' || !/[/]/.test(invented)) return invented
  return `${origin}${category === 'Video' ? 'film.mp4' : `${crc32(invented) % photoCount}.png`}`
}

/** `GET /demo/media/<number>.png`: a house or a room, drawn at the first request; and a film that shows nothing. */
export function showDemoMedia(path: string): Response {
  if (path === `${demoMediaPath}film.mp4`) {
    return new Response(film, { headers: { 'content-type': 'video/mp4' } })
  }
  const number = /^(\d{1,2})\.png$/.exec(path.slice(demoMediaPath.length))?.[1]
  if (number === undefined || Number(number) >= photoCount) {
    return new Response('No such picture', { status: 404 })
  }
  const picture = made.get(number) ?? encode(draw(Number(number)))
  made.set(number, picture)
  return new Response(picture, { headers: { 'content-type': 'image/png', 'cache-control': 'max-age=3600' } })
}

type Colour = readonly [number, number, number]

class Canvas {
  readonly bytes = new Uint8Array(width * height * 3)

  /** Fills, row by row, from x to x; the colour may depend on the height. */
  rows(
    top: number,
    bottom: number,
    span: (y: number) => [number, number],
    colour: (y: number) => Colour,
  ): void {
    for (let y = Math.max(0, Math.round(top)); y < Math.min(height, bottom); y++) {
      const [from, to] = span(y)
      const [r, g, b] = colour(y)
      for (let x = Math.max(0, Math.round(from)); x < Math.min(width, to); x++) {
        const at = (y * width + x) * 3
        this.bytes[at] = r
        this.bytes[at + 1] = g
        this.bytes[at + 2] = b
      }
    }
  }

  box(x: number, y: number, wide: number, high: number, colour: Colour): void {
    this.rows(y, y + high, () => [x, x + wide], () => colour)
  }
}

const mix = (from: Colour, to: Colour, part: number): Colour =>
  [0, 1, 2].map((i) => Math.round(from[i]! + (to[i]! - from[i]!) * part)) as unknown as Colour

const skies: [Colour, Colour][] = [[[96, 160, 220], [214, 232, 245]], [[250, 170, 120], [255, 226, 190]], [
  [70, 90, 150],
  [190, 180, 210],
]]
const walls: Colour[] = [[240, 232, 214], [224, 205, 180], [250, 248, 244], [206, 180, 160], [190, 205, 200]]
const roofs: Colour[] = [[168, 72, 52], [92, 84, 80], [128, 96, 72], [60, 78, 96]]
const grounds: Colour[] = [[120, 156, 88], [196, 180, 130], [96, 140, 100]]
const glass: Colour = [150, 190, 214]
const frame: Colour = [252, 252, 250]

function draw(number: number): Canvas {
  const canvas = new Canvas()
  if (number % 2 === 0) drawHouse(canvas, number)
  else drawRoom(canvas, number)
  return canvas
}

function drawHouse(canvas: Canvas, number: number): void {
  const random = randomFor('CY', 'photo', 'house', number)
  const [top, low] = random.pick(skies)
  const wall = random.pick(walls)
  const roof = random.pick(roofs)
  const ground = random.pick(grounds)
  canvas.rows(0, 430, () => [0, width], (y) => mix(top, low, y / 430))
  const phase = random.int(0, 100)
  for (let x = 0; x < width; x++) {
    const hill = 330 + 40 * Math.sin((x + phase * 8) / 140)
    canvas.rows(hill, 430, () => [x, x + 1], () => mix(ground, top, 0.4))
  }
  canvas.rows(430, height, () => [0, width], (y) => mix(ground, [60, 70, 50], (y - 430) / 340))
  const floors = random.int(1, 3)
  const wide = random.int(300, 460)
  const high = floors * 85 + 30
  const left = random.int(60, width - wide - 60)
  const base = 500
  canvas.box(left, base - high, wide, high, wall)
  const rise = random.int(20, 110)
  canvas.rows(base - high - rise, base - high, (y) => {
    const part = (y - (base - high - rise)) / rise
    return [left + wide / 2 - (wide / 2 + 24) * part, left + wide / 2 + (wide / 2 + 24) * part]
  }, () => roof)
  const windows = random.int(2, 5)
  for (let floor = 0; floor < floors; floor++) {
    for (let i = 0; i < windows; i++) {
      const x = left + (i + 0.5) * wide / windows - 24
      const y = base - high + 24 + floor * 85
      canvas.box(x - 4, y - 4, 56, 56, frame)
      canvas.box(x, y, 48, 48, glass)
    }
  }
  canvas.box(left + wide / 2 - 22, base - 74, 44, 74, mix(roof, [30, 20, 20], 0.3))
}

function drawRoom(canvas: Canvas, number: number): void {
  const random = randomFor('CY', 'photo', 'room', number)
  const wall = random.pick(walls)
  const floor = mix(random.pick(roofs), [230, 210, 180], 0.5)
  const [top, low] = random.pick(skies)
  canvas.rows(0, 400, () => [0, width], (y) => mix(wall, [200, 196, 190], y / 900))
  canvas.rows(400, height, () => [0, width], (y) => mix(floor, [90, 70, 50], (y - 400) / 420))
  const x = random.int(60, 420)
  const wide = random.int(180, 320)
  canvas.box(x - 8, 72, wide + 16, 226, frame)
  canvas.rows(80, 290, () => [x, x + wide], (y) => mix(top, low, (y - 80) / 210))
  canvas.box(x + wide / 2 - 3, 80, 6, 210, frame)
  const cloth = random.pick([...roofs, ...grounds])
  const seat = random.int(80, 380)
  canvas.box(seat, 380, 320, 90, cloth)
  canvas.box(seat - 24, 350, 40, 140, mix(cloth, [0, 0, 0], 0.2))
  canvas.box(seat + 304, 350, 40, 140, mix(cloth, [0, 0, 0], 0.2))
  canvas.box(seat + 60, 520, 220, 16, mix(floor, [40, 20, 10], 0.6))
}

function encode({ bytes }: Canvas): Uint8Array<ArrayBuffer> {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++) {
    rows.set(bytes.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1)
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  return new Uint8Array(Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]))
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
