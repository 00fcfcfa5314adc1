import "./rejects.mjs"; globalThis.ran = true;
