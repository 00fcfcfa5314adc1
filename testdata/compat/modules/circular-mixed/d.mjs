import c from "./c.cjs"; export default Object.keys(c).join();
