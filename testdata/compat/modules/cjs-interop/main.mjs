import esm, { __esModule as flag, named } from "./transpiled.cjs"; console.log(esm.default, flag, named);
import fn from "./function.cjs"; console.log(fn(), fn.extra);
import * as fnNs from "./function.cjs"; console.log(Object.keys(fnNs), fnNs.default === fn);
import prim from "./primitive.cjs"; console.log(prim);
import nul from "./null.cjs"; console.log(nul);
import undef from "./undefined.cjs"; console.log(undef);
import cls, { } from "./class.cjs"; console.log(new cls().x, cls.name);
import prom from "./promise.cjs"; console.log(await prom);
import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
console.log(require("./function.cjs") === fn, require("./transpiled.cjs") === esm);
console.log(Object.keys(require.cache).map((k) => k.split("/").pop()).sort().join());
try { await import("./bad-name.mjs"); } catch (e) { console.log(e.name, e.message.split("\n")[0]); }
try { await import("./bad-names.mjs"); } catch (e) { console.log(e.name, e.message.split("\n")[0]); }
import { getterCalls } from "./getter.cjs"; console.log(getterCalls);
import frozen from "./frozen.cjs"; console.log(frozen.a, Object.isFrozen(frozen));
import inherit, * as inhNs from "./inherit.cjs"; console.log(inherit.up, Object.keys(inhNs));
console.log(this === undefined, (await import("./this.cjs")).default);
