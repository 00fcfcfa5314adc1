exports.done = false; queueMicrotask(() => { exports.done = true; });
