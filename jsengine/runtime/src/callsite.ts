// The methods of V8's CallSite that the engine's has not: what Error.prepareStackTrace gets is asked for them.

import { Error_, Function_, ObjectGetPrototypeOf, ObjectKeys, TypeError_, hide } from "./primordials.ts";
import { named } from "./globals.ts";

const methods: any = {
  getEvalOrigin: (): undefined => undefined,
  getMethodName: (): null => null,
  getPromiseIndex: (): null => null,
  getScriptNameOrSourceURL(this: any): string | null {
    return this.getFileName();
  },
  getThis: (): undefined => undefined,
  getTypeName: (): null => null,
  isAsync: (): boolean => false,
  isEval: (): boolean => false,
  isPromiseAll: (): boolean => false,
  isToplevel: (): boolean => true,
  toString(this: any): string {
    const where = this.isNative() ? "native" : `${this.getFileName()}:${this.getLineNumber()}:${this.getColumnNumber()}`;
    const name = this.getFunctionName();
    return name ? `${name} (${where})` : where;
  },
};
{
  const E: any = Error_;
  const before = E.prepareStackTrace;
  E.prepareStackTrace = (_: unknown, sites: any[]) => sites;
  const sites: any[] = Function_("E", "return new E().stack")(E); // the library's own frames are left out of stacks
  E.prepareStackTrace = before;
  const proto = ObjectGetPrototypeOf(sites[0]);
  // Packages know a call site by the name of its class.
  hide(proto, "constructor", class CallSite {
    constructor() {
      throw new TypeError_("Illegal constructor");
    }
  });
  const names = ObjectKeys(methods);
  for (let i = 0; i < names.length; i++) {
    hide(proto, names[i]!, named(methods[names[i]!], names[i]!));
  }
}
