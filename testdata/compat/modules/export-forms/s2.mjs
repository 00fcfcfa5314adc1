export const both = 2, only2 = "2";
