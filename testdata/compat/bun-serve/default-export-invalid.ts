// A configuration that Bun.serve refuses ends the program.
process.on('uncaughtException', (e: any) => { console.log(e.name, e.code, e.message.split('\n')[0]); process.exit(3); });
export default { fetch() { return new Response(''); }, error: 1 };
