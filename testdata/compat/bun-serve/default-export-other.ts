// A default export whose fetch is no function is only a value.
export default { fetch: 'no', port: 3000, routes: {} };
console.log('ends');
