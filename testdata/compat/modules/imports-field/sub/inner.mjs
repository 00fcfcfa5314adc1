import a from "#a";
export default "inner " + a;
