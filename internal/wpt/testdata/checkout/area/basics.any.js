// META: global=window,worker
// META: script=helper.js
// META: variant=?first
// META: variant=?second
test(() => assert_true(helped), "a script beside it");
test(() => assert_true(location.search === "?first"), "only the first variant");
promise_test(async () => assert_true((await (await fetch("data.txt")).text()) === "text\n"), "a file beside it");
