import { PNG } from 'pngjs'
import { Readable } from 'node:stream'
const png = new PNG({ width: 4, height: 3 })
for (let y = 0; y < 3; y++) for (let x = 0; x < 4; x++) png.data.set([x * 60, y * 80, 7, 255 - x], (y * 4 + x) * 4)
const bytes = PNG.sync.write(png)
const back = PNG.sync.read(bytes)
console.log(back.width, back.height, back.data.equals(png.data), bytes.subarray(0, 8).toString('hex'))
const parsed = await new Promise((ok, no) => Readable.from([bytes.subarray(0, 40), bytes.subarray(40)]).pipe(new PNG()).on('parsed', function () { ok(this) }).on('error', no))
console.log(parsed.data.equals(png.data), parsed.gamma)
const grey = PNG.sync.read(PNG.sync.write(png, { colorType: 0 }))
console.log([...grey.data.subarray(0, 8)])
const copy = new PNG({ width: 2, height: 2 })
PNG.bitblt(png, copy, 1, 1, 2, 2, 0, 0)
console.log(copy.data.toString('hex'))
try { PNG.sync.read(Buffer.from('not a png at all')) } catch (e) { console.log(e.message) }
try { PNG.sync.read(bytes.subarray(0, 50)) } catch (e) { console.log(e.message) }
