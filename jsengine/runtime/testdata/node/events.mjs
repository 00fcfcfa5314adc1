const log = (...v) => console.log(...v.map(String));
const t = new EventTarget();
const h = (e) => log("h", e.type, e.target === t);
t.addEventListener("a", h); t.addEventListener("a", h); t.addEventListener("a", h, true);
log(t.dispatchEvent(new Event("a")));
t.removeEventListener("a", h, { capture: true }); t.dispatchEvent(new Event("a"));
t.addEventListener("o", () => log("once"), { once: true }); t.dispatchEvent(new Event("o")); t.dispatchEvent(new Event("o"));
t.addEventListener("c", (e) => { e.preventDefault(); log(e.defaultPrevented); });
log(t.dispatchEvent(new Event("c")), t.dispatchEvent(new Event("c", { cancelable: true })));
t.addEventListener("s", (e) => { log(1); e.stopImmediatePropagation(); }); t.addEventListener("s", () => log(2)); t.dispatchEvent(new Event("s"));
t.addEventListener("obj", { handleEvent(e) { log("object", e.type, this.tag); }, tag: "T" }); t.dispatchEvent(new Event("obj"));
const ac = new AbortController(); t.addEventListener("sig", () => log("sig"), { signal: ac.signal }); t.dispatchEvent(new Event("sig")); ac.abort(); t.dispatchEvent(new Event("sig"));
log(ac.signal.aborted, ac.signal.reason.name, ac.signal.reason.code, ac.signal.reason instanceof DOMException);
const a2 = new AbortController(); a2.signal.onabort = (e) => log("onabort", e.type, e.isTrusted); a2.signal.addEventListener("abort", () => log("listener")); a2.abort("why"); a2.abort("again"); log(a2.signal.reason);
try { a2.signal.throwIfAborted(); } catch (e) { log("threw", e); }
log(AbortSignal.abort().aborted, AbortSignal.abort(5).reason);
const s1 = new AbortController(), s2 = new AbortController(); const any = AbortSignal.any([s1.signal, s2.signal]); const any2 = AbortSignal.any([any]);
any.addEventListener("abort", () => log("any")); any2.addEventListener("abort", () => log("any2")); s2.abort("r2"); log(any.aborted, any.reason, any2.reason); s1.abort("r1"); log(any.reason);
log(AbortSignal.any([AbortSignal.abort("first"), s1.signal]).reason, AbortSignal.any([]).aborted);
for (const f of [() => new AbortSignal(), () => new Event(), () => t.dispatchEvent({}), () => EventTarget.prototype.dispatchEvent.call({}, new Event("x"))]) try { f(); log("no"); } catch (e) { log(e.name); }
const nest = new Event("n"); t.addEventListener("n", () => { try { t.dispatchEvent(nest); } catch (e) { log(e instanceof Error); } }); t.dispatchEvent(nest);
log(new CustomEvent("d", { detail: { x: 1 } }).detail.x, new CustomEvent("d").detail, Object.prototype.toString.call(new Event("x")));
t.addEventListener("rm", function f() { log("rm1"); t.removeEventListener("rm", g); }); function g() { log("rm2"); } t.addEventListener("rm", g); t.dispatchEvent(new Event("rm"));
t.addEventListener("add", () => { log("add1"); t.addEventListener("add", () => log("late")); }, { once: true }); t.dispatchEvent(new Event("add")); log("--"); t.dispatchEvent(new Event("add"));
const timeout = AbortSignal.timeout(1); timeout.onabort = () => log(timeout.reason.name, timeout.reason.code); setTimeout(() => log("end"), 50);
log(Event.NONE, Event.AT_TARGET, new Event("x", { bubbles: true }).bubbles, new Event("x").composedPath().length);
t.addEventListener("null", null); try { t.addEventListener("bad", 5); } catch (e) { log(e.name); }
