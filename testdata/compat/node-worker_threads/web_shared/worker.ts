let a: Int32Array;
self.onmessage = ({ data }: MessageEvent) => {
  if (data === "wait") {
    Atomics.store(a, 3, 1);
    postMessage(["waited", Atomics.wait(a, 2, 0)]);
  } else if (data === "count") {
    for (let i = 0; i < 1000; i++) Atomics.add(a, 6, 1);
    postMessage("counted");
  } else if (data === "end") {
    process.exit(0);
  } else if (data instanceof SharedArrayBuffer) {
    const was = data.byteLength;
    data.grow(4096);
    new Uint8Array(data)[4095] = 9;
    postMessage(["grown", was, data.byteLength, data.growable]);
  } else {
    a = new Int32Array(data.sab);
    a[0] = 7;
    data.view[0] = 8;
    postMessage(["got", data.sab.byteLength, data.view.length, data.view.byteOffset, data.list[0].byteLength, data.view.buffer === data.sab, data.list[0] === data.sab]);
  }
};
