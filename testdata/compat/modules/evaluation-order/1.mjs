(globalThis.order ??= []).push("1"); import "./1a.cjs";
