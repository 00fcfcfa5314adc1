throw new RangeError("esm throws");
