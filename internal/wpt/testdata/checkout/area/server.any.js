test(() => {}, "never");
fetch("x.py");
