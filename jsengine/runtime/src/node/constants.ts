// node:constants: those of os and fs in one object.

import { ObjectAssign, ObjectFreeze } from "../primordials.ts";
import { builtin, register } from "../modules.ts";

register(["node:constants", "constants"], () => {
  const os = builtin("node:os")!.constants;
  const constants = ObjectAssign({} as any, os.dlopen, os.errno, os.priority, os.signals, builtin("node:fs")!.constants, builtin("node:crypto")?.constants);
  delete constants.defaultCipherList;
  return ObjectFreeze(constants);
});
