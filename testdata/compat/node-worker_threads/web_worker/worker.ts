declare var self: Worker;
self.onmessage = (event: MessageEvent) => { postMessage(event.data.n + 1); };
