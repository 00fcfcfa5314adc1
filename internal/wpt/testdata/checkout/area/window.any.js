// META: global=window
test(() => {}, "windows alone");
