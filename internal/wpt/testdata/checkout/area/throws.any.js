test(() => {}, "before it fails");
throw new Error("at its top");
