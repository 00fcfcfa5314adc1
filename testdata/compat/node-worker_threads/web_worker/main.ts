const w = new Worker(new URL("./worker.ts", import.meta.url).href);
w.onmessage = (e) => { console.log("message", e.data); w.terminate(); };
w.onerror = (e) => console.log("error", e.message);
w.addEventListener("close", () => console.log("close"));
w.postMessage({ n: 20 });
