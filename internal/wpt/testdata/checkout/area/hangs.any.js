promise_test(() => new Promise(() => {}), "no end");
