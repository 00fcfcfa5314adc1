import https from 'node:https';
import http2 from 'node:http2';
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message); } };
t('https.request http', () => https.request('http://x/')); t('https bad', () => https.get('::')); t('agent', () => { const a = new https.Agent({ maxCachedSessions: 5 }); return [a.defaultPort, a.protocol, a.maxCachedSessions, a.options.keepAlive].join(); });
t('type', () => { const r = https.request({ host: 'x.invalid', agent: false }); r.on('error', () => {}); const x = [r.constructor.name, r.protocol, r.host, r.path, r.method].join(); r.destroy(); return x; });
t('http2', () => [typeof http2.connect, typeof http2.createServer, typeof http2.createSecureServer, http2.constants.HTTP2_HEADER_STATUS, http2.constants.NGHTTP2_NO_ERROR, typeof http2.sensitiveHeaders].join()); t('settings', () => JSON.stringify(http2.getDefaultSettings())); t('packed', () => http2.getPackedSettings({ enablePush: false }).toString('hex')); t('unpacked', () => JSON.stringify(http2.getUnpackedSettings(Buffer.from('00020000000000030000000a', 'hex'))));
const e = await new Promise(f => https.get('https://no-such-host.invalid/').on('error', f)); console.log(e instanceof Error, typeof e.code);
