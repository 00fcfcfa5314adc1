const v = "s"; export { v as "string name", v as "*" };
