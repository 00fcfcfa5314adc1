package jsengine_test

import (
	"strings"
	"testing"

	"github.com/buntime/buntime/jsengine"
)

// Hooks of promises hear of the program's promises and not of their own; what a hook
// throws ends the program, and no state of a promise or of an error that is on its way is lost to it.
func TestPromiseHooks(t *testing.T) {
	_, out, errOut := program(t, jsengine.Program{Code: `
		import { createHook } from "node:async_hooks"; import v8 from "node:v8";
		let made = 0, parents = 0;
		const hook = createHook({ init(id, type, trigger, p) { if (type !== "PROMISE") return; made++; new Promise(() => {}); Promise.resolve().then(() => {}); JSON.stringify({ a: 1 }); } }).enable();
		const stop = v8.promiseHooks.onInit((p, parent) => { if (parent) parents++; });
		const caught = await (async () => { try { await Promise.reject(new Error("kept")) } catch (e) { return e.message } })();
		const n = made;
		await Promise.resolve(1).then((x) => x + 1);
		console.log(caught, n > 1, made > n, parents > 0);
		hook.disable(); stop();
		const m = made; await Promise.all([1, 2]); console.log(made === m);
		createHook({ init() { throw new Error("in the hook") } }).enable();
		Promise.resolve(1);
		console.log("never");
	`})
	if want := "kept true true true\ntrue\n"; out != want || !strings.Contains(errOut, "in the hook") {
		t.Errorf("got %q, want %q; stderr %q", out, want, errOut)
	}
}
