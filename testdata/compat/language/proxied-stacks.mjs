// The stack of an error is read through proxies of it.
const head = (e) => e.stack?.split("\n")[0];
const error = new RangeError("one");
console.log(head(new Proxy(error, {})), head(new Proxy(new Proxy(error, {}), {})), head(Object.create(new Proxy(error, {}))));
console.log(head(new Proxy(error, { get: (target, name, receiver) => (name === "message" ? "other" : Reflect.get(target, name, receiver)) })));
console.log(new Proxy({}, {}).stack, head(new Proxy(Object.create(error), {})));
const { proxy, revoke } = Proxy.revocable(error, {});
console.log(head(proxy));
revoke();
try {
  proxy.stack;
} catch (e) {
  console.log(e.name, e.message);
}
