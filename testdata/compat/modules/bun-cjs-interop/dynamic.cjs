for (const k of ["made", "more"]) exports[k] = k + "!"; Object.assign(exports, { later: "later" });
