// ref: bun
// What a CommonJS entry exports is served as well.
setTimeout(async () => {
  const r = await fetch('http://localhost:' + (process.env.PORT ?? 3000) + '/a?b=1');
  console.log(r.status, r.headers.get('x-a'), await r.text());
  process.exit(0);
}, 100);
class App {
  get port() { return undefined; }
  hostname = 'localhost';
  development = false;
  fetch(req) { return new Response(`${req.method} ${new URL(req.url).search}`, { headers: { 'x-a': 'b' } }); }
}
module.exports = new App();
