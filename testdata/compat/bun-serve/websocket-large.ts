// Messages that are larger than maxPayloadLength end the connection.
const server = Bun.serve({
  port: 0,
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("no", { status: 400 })),
  websocket: {
    maxPayloadLength: 1000,
    message(ws, m) {
      console.log("server has", m.length);
      ws.send(m);
    },
    close(ws, code, reason) {
      console.log("server closed", code, JSON.stringify(reason));
    },
  },
});
const ws = new WebSocket(`ws://localhost:${server.port}`);
ws.onopen = () => ws.send("x".repeat(1000));
ws.onmessage = (e) => {
  console.log("client has", e.data.length);
  ws.send("x".repeat(1001));
};
ws.onclose = (e) => {
  console.log("client closed", e.code, JSON.stringify(e.reason), e.wasClean);
  setTimeout(() => server.stop(true), 10);
};
