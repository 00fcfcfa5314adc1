/*---
includes: [atomicsHelper.js]
---*/
for (let i = 0; i < 2; i++) {
  $262.agent.start(`
    $262.agent.receiveBroadcast((sab) => {
      const a = new Int32Array(sab);
      $262.agent.report(Atomics.wait(a, 0, 0));
      $262.agent.report(typeof $262.agent.monotonicNow());
      $262.agent.leaving();
    });
  `);
}
const a = new Int32Array(new SharedArrayBuffer(8));
$262.agent.broadcast(a.buffer);
for (let woken = 0; woken < 2; $262.agent.sleep(1)) woken += Atomics.notify(a, 0);
const reports = [];
for (let i = 0; i < 4; i++) reports.push($262.agent.getReport());
if (reports.sort().join() !== "number,number,ok,ok") throw new Test262Error(reports.join());
