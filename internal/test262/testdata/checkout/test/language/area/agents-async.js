/*---
flags: [async]
includes: [atomicsHelper.js]
---*/
const a = new Int32Array(new SharedArrayBuffer(4));
$262.agent.start(`
  $262.agent.receiveBroadcast((sab) => {
    const a = new Int32Array(sab);
    while (Atomics.notify(a, 0) === 0) $262.agent.sleep(1);
    $262.agent.leaving();
  });
`);
$262.agent.broadcast(a.buffer);
Atomics.waitAsync(a, 0, 0).value.then((r) => { if (r !== "ok") throw r; }).then($DONE, $DONE);
