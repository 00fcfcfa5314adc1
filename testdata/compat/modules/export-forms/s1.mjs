export const both = 1, only1 = "1", own = "s1"; export default "not re-exported";
