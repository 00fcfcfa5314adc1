// The parts of Node that packages of its early years ask for.
import fs from 'node:fs'
import os from 'node:os'
const constants = process.binding('constants')
console.log(constants === process.binding('constants'), constants.fs === fs.constants, constants.os === os.constants, constants.zlib.Z_BEST_SPEED)
const { TTY, isTTY } = process.binding('tty_wrap')
console.log(typeof TTY, isTTY(0), Object.getOwnPropertyNames(TTY.prototype).sort().join())
const uv = process.binding('uv')
console.log(uv.errname(-2), uv.errname(-9999), uv.UV_ENOENT, uv.UV_EADDRINUSE, uv.getErrorMap().get(-13).join())
const natives = process.binding('natives')
console.log(['fs', 'path', 'stream/promises'].every((name) => typeof natives[name] === 'string'), natives.nosuch)
const util = process.binding('util')
console.log(util.isDate(new Date()), util.isUint8Array(Buffer.from('')), Object.keys(util).length)
for (const name of ['nosuch', '', undefined]) {
  try {
    process.binding(name)
  } catch (e) {
    console.log(e.name, e.message)
  }
}
