// Runs programs as dynamic workers: of a new id each (/cold), or of an id for
// each program (/warm), which stays loaded.
let ids = 0;

const start = (env, id, text) =>
  env.LOADER.get(id, () => ({
    compatibilityDate: '2026-11-01',
    mainModule: 'main.js',
    modules: { 'main.js': `export default { fetch() { return new Response(String(${text}\n)) } }` },
    globalOutbound: null,
  }))
    .getEntrypoint()
    .fetch('http://guest/');

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname === '/health') return new Response('ok');
    const text = await request.text();
    switch (url.pathname) {
      case '/cold':
        return start(env, `cold ${ids++}`, text);
      case '/warm':
        return start(env, text, text);
      case '/live':
        for (let n = Number(url.searchParams.get('n')); n > 0; n--) await (await start(env, `live ${ids++}`, text)).text();
        return new Response('');
    }
    return new Response('no such path', { status: 404 });
  },
};
