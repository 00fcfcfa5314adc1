(globalThis.order ??= []).push("1a"); require("./1b.cjs");
