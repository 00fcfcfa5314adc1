// As much of a harness as the runner's own test needs.
(function () {
  const onResult = [], onEnd = [];
  let waiting = 1, asked = 0;
  const end = () => { if (--waiting === 0) onEnd.forEach((f) => f([], { status: 0 })); };
  const report = (name, status, message) => onResult.forEach((f) => f({ name, status, message }));
  globalThis.add_result_callback = (f) => onResult.push(f);
  globalThis.add_completion_callback = (f) => { onEnd.push(f); if (++asked === 1) setTimeout(end); };
  globalThis.test = (f, name) => { try { f(); report(name, 0); } catch (e) { report(name, 1, e.message); } };
  globalThis.promise_test = (f, name) => { waiting++; Promise.resolve().then(f).then(() => report(name, 0), (e) => report(name, 1, e.message)).then(end); };
  globalThis.assert_true = (v) => { if (v !== true) throw new Error(`${v} is not true`); };
})();
