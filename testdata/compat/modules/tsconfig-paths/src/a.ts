export default "src/a";
