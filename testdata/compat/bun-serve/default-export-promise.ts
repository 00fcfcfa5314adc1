// A promise of a configuration is no configuration.
export default Promise.resolve({ port: 0, fetch() { return new Response(''); } });
console.log('ends');
