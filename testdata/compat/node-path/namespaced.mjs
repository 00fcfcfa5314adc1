import { win32 } from "node:path";

for (const p of ["/long", "//a", "\\x\\..\\yz", "/a/./b", "c:/x/..", "\\\\s\\h\\f", "\\\\.\\pipe", "\\\\?\\x", "", 5]) console.log(p, win32.toNamespacedPath(p));
