// What is a server already is not served again, nor is what only looks like a configuration.
const server = Bun.serve({ port: 0, fetch: () => new Response('one') });
setTimeout(async () => {
  console.log(await (await fetch(server.url)).text());
  server.stop(true);
}, 50);
export default server;
