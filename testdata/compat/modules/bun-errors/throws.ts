throw new RangeError("thrown in module");
